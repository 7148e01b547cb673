/// The schema that the version before content keys left behind, frozen: stores of that version are opened by this one.
enum SchemaThree {
  static let sql = """
    CREATE TABLE alarm ( id INTEGER PRIMARY KEY, code TEXT NOT NULL, detail TEXT NOT NULL, evidence BLOB, raised_at
      INTEGER NOT NULL, ended_at INTEGER, UNIQUE (code, detail) ) STRICT;
    CREATE TABLE approval ( draft BLOB NOT NULL, kid BLOB NOT NULL, officer INTEGER NOT NULL, bytes BLOB NOT NULL,
      user INTEGER NOT NULL, PRIMARY KEY (draft, kid) ) STRICT, WITHOUT ROWID;
    CREATE TABLE chain ( subject BLOB PRIMARY KEY, history BLOB NOT NULL, head BLOB NOT NULL, custodian TEXT NOT
      NULL, phase TEXT NOT NULL, release_to TEXT, accept_by INTEGER, kind TEXT NOT NULL, source BLOB NOT NULL, line
      INTEGER NOT NULL ) STRICT, WITHOUT ROWID;
    CREATE TABLE checkpoint ( origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL,
      seen_at INTEGER NOT NULL, PRIMARY KEY (origin, size, root) ) STRICT, WITHOUT ROWID;
    CREATE TABLE content ( owner BLOB NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, media_type TEXT NOT NULL, salt
      BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (owner, type, id) ) STRICT;
    CREATE TABLE draft ( id BLOB PRIMARY KEY, request BLOB NOT NULL, event BLOB NOT NULL, officers INTEGER NOT NULL,
      created_at INTEGER NOT NULL, statement BLOB, discarded INTEGER NOT NULL DEFAULT 0 , lines INTEGER NOT NULL
      DEFAULT 0) STRICT;
    CREATE TABLE flag ( statement BLOB NOT NULL, seq INTEGER NOT NULL, code TEXT NOT NULL, line INTEGER, detail TEXT
      NOT NULL, PRIMARY KEY (statement, seq) ) STRICT, WITHOUT ROWID;
    CREATE TABLE idempotency ( user INTEGER NOT NULL, key TEXT NOT NULL, operation TEXT NOT NULL, request BLOB NOT
      NULL, draft BLOB NOT NULL, created_at INTEGER NOT NULL, status INTEGER, media_type TEXT, answer BLOB, PRIMARY
      KEY (user, key) ) STRICT, WITHOUT ROWID;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE party ( authority TEXT NOT NULL, statement BLOB NOT NULL, PRIMARY KEY (authority, statement) )
      STRICT, WITHOUT ROWID;
    CREATE TABLE policy (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE read_audit ( id INTEGER PRIMARY KEY, at INTEGER NOT NULL, user INTEGER NOT NULL, operation TEXT NOT
      NULL, statement BLOB NOT NULL ) STRICT;
    CREATE TABLE receipt ( entry BLOB NOT NULL, origin TEXT NOT NULL, bytes BLOB NOT NULL, issued_at INTEGER NOT
      NULL, PRIMARY KEY (entry, origin) ) STRICT, WITHOUT ROWID;
    CREATE TABLE release_line ( release BLOB NOT NULL, line INTEGER NOT NULL, subject BLOB NOT NULL, previous BLOB
      NOT NULL, answer BLOB, code TEXT, PRIMARY KEY (release, line) ) STRICT, WITHOUT ROWID;
    CREATE TABLE roster (digest BLOB PRIMARY KEY, version INTEGER NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE statement ( idx INTEGER PRIMARY KEY, entry BLOB NOT NULL UNIQUE, id BLOB NOT NULL, bytes BLOB NOT
      NULL, own INTEGER NOT NULL, effective INTEGER NOT NULL, issuer TEXT NOT NULL, event TEXT NOT NULL, kind TEXT,
      record BLOB NOT NULL, case_id BLOB, from_authority TEXT, to_authority TEXT, accept_by INTEGER, lines INTEGER NOT
      NULL, roster BLOB NOT NULL, policy BLOB NOT NULL, registered_at INTEGER NOT NULL ) STRICT;
    CREATE TABLE statement_line ( statement BLOB NOT NULL, subject BLOB NOT NULL, PRIMARY KEY (statement, subject) )
      STRICT, WITHOUT ROWID;
    CREATE TABLE tile ( level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, idx)
      ) STRICT;
    CREATE INDEX chain_phase ON chain (phase, custodian);
    CREATE INDEX chain_source ON chain (source, line);
    CREATE INDEX idempotency_created ON idempotency (created_at);
    CREATE INDEX read_audit_statement ON read_audit (statement);
    CREATE INDEX statement_accept_by ON statement (accept_by) WHERE accept_by IS NOT NULL;
    CREATE INDEX statement_case ON statement (case_id);
    CREATE UNIQUE INDEX statement_effective ON statement (id) WHERE effective = 1;
    CREATE INDEX statement_from ON statement (from_authority);
    CREATE INDEX statement_issuer ON statement (issuer);
    CREATE INDEX statement_record ON statement (record);
    CREATE INDEX statement_to ON statement (to_authority);
    CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy BEGIN SELECT RAISE(ABORT, 'policy is append-only'); END;
    CREATE TRIGGER policy_no_replace BEFORE INSERT ON policy WHEN EXISTS (SELECT 1 FROM policy WHERE digest =
      NEW.digest) BEGIN SELECT RAISE(ABORT, 'policy is append-only'); END;
    CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy BEGIN SELECT RAISE(ABORT, 'policy is append-only'); END;
    CREATE TRIGGER read_audit_no_delete BEFORE DELETE ON read_audit BEGIN SELECT RAISE(ABORT, 'read_audit is
      append-only'); END;
    CREATE TRIGGER read_audit_no_replace BEFORE INSERT ON read_audit WHEN EXISTS (SELECT 1 FROM read_audit WHERE id
      = NEW.id) BEGIN SELECT RAISE(ABORT, 'read_audit is append-only'); END;
    CREATE TRIGGER read_audit_no_update BEFORE UPDATE ON read_audit BEGIN SELECT RAISE(ABORT, 'read_audit is
      append-only'); END;
    CREATE TRIGGER roster_no_delete BEFORE DELETE ON roster BEGIN SELECT RAISE(ABORT, 'roster is append-only'); END;
    CREATE TRIGGER roster_no_replace BEFORE INSERT ON roster WHEN EXISTS (SELECT 1 FROM roster WHERE digest =
      NEW.digest OR version = NEW.version) BEGIN SELECT RAISE(ABORT, 'roster is append-only'); END;
    CREATE TRIGGER roster_no_update BEFORE UPDATE ON roster BEGIN SELECT RAISE(ABORT, 'roster is append-only'); END;
    CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement BEGIN SELECT RAISE(ABORT, 'statement is
      append-only'); END;
    CREATE TRIGGER statement_no_replace BEFORE INSERT ON statement WHEN EXISTS (SELECT 1 FROM statement WHERE idx =
      NEW.idx OR entry = NEW.entry OR (id = NEW.id AND effective = 1 AND NEW.effective = 1)) BEGIN SELECT RAISE(ABORT,
      'statement is append-only'); END;
    CREATE TRIGGER statement_no_update BEFORE UPDATE ON statement BEGIN SELECT RAISE(ABORT, 'statement is
      append-only'); END;
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('001_begin'), ('002_contests'), ('003_doors');
    """
}
