/*
 * The handover of one line (one person) between three authorities, each with a log of its own: custody.md, Lifecycle
 * and "The serialization rule". Safety only; delivery.pml has what must happen at last. README.md says what is modelled.
 *
 * The network loses, doubles, delays and reorders at will: what was sent may arrive at any later time, or never; again
 * changes nothing. A log is what its database holds.
 *
 * Worlds, one or none: CRASHES=n, RECALLS=n, REDIRECTS, PAPER, ENDS, INCIDENTS, CLOSINGS, RESTORE. Rules that can be taken away: WITHOUT_...
 */

#ifndef RELEASES
#define RELEASES 3              /* releases in one history */
#endif
#ifndef RECALLS
#define RECALLS 0               /* recalls in one history */
#endif
#ifndef SIZE
#define SIZE 9                  /* statements in one history, the intake among them */
#endif
#define LOGS 3

#include "chain.pml"

short sent;                     /* what has left its log, and may arrive */
short db[LOGS];                 /* what each log holds */

/* What each log knows of the line: derive(db). */
byte custodian[LOGS] = NOBODY;
byte phase[LOGS] = UNKNOWN;
byte waiting[LOGS];                /* the release that waits */
byte head[LOGS];                /* what the next release cites */

byte releases, recalls;
#ifdef CRASHES
byte signing[LOGS];             /* signed and not yet committed: a crash forgets it */
byte crashes;
#define isFree(log) (signing[log] == 0)
#else
#define isFree(log) true
#endif
#ifdef REDIRECTS
byte agreed;                    /* who has agreed to take what is redirected */
#endif
#ifdef WITHOUT_OVERTAKING
short overtook;                 /* agreements to a recall that came before its release */
#endif
#ifdef RESTORE
short backup;
bool isBackedUp;
byte epoch;                     /* how many statements there were when A's log was restored */
byte answered;                  /* peers that have answered its new genesis */
#define isLost (epoch != 0 && answered != (bit(B) | bit(C)))
#endif

bool moved;                     /* whether there is something to look at */

/* What must never be. */
bool two_custodians, no_custodian, two_deciders, answered_twice, contested_without_cause, redirected_unasked,
  released_while_gone, closed_while_open;

hidden byte x;
hidden short v_all, v_set;
hidden byte v_claims, v_deciders;
hidden byte again;

/* Whether a log says of itself, without a doubt, that it holds the person and may send them on. */
#define claims(log) (custodian[log] == log && isResponsible(phase[log]))
#define isResponsible(it) (it == HELD || it == ABSENT || it == SUSPENDED)

/* A restored log says of all that concerns it that it does not know, until everybody has answered. */
#ifdef RESTORE
#define isExcused(log) (log == A && isLost)
#else
#define isExcused(log) false
#endif
#define isAware(log) (isExcused(log) || (custodian[log] == log && phase[log] != CONTESTED))
#define isWaiting(log) (isExcused(log) || (isAware(log) && waiting[log] == v_open))

/* The answer to a release that a log holds, in v_next; 0 if there is none. */
inline findAnswer(log, release) {
  v_next = 0;
  r = 1;
  do
  :: r < n ->
    if
    :: has(db[log], r) && isAnswer(r) && prev[r] == release && by[r] == log -> v_next = r
    :: else
    fi;
    r++
  :: else -> break
  od
}

/* A restored log may accept what it answered in the part that it lost: across a restoration the pair contests, no more. */
#ifdef RESTORE
#define isAnsweredAgain(s, t) (by[s] == A && by[t] == A && kind[t] == ACCEPTED && s < epoch && t >= epoch)
#else
#define isAnsweredAgain(s, t) false
#endif

/* Each line of a release is answered once. */
inline twice() {
  again = false;
  k = 1;
  do
  :: k < n ->
    if
    :: has(v_all, k) && isAnswer(k) ->
      r = k + 1;
      do
      :: r < n ->
        if
        :: has(v_all, r) && isAnswer(r) && prev[r] == prev[k] ->
          if :: isAnsweredAgain(k, r) -> again = true :: else -> answered_twice = true fi
        :: else
        fi;
        r++
      :: else -> break
      od
    :: else
    fi;
    k++
  :: else -> break
  od
}

/* Looks at all logs after every step. */
inline look() {
  v_all = 0;
  v_claims = 0;
  v_deciders = 0;
  x = 0;
  do
  :: x < LOGS ->
    derive(db[x]);
#ifdef RESTORE
    if
#ifndef WITHOUT_MARK
    :: isExcused(x) && (v_custodian == A || (v_open != 0 && to[v_open] == A)) -> v_phase = CONTESTED
#endif
    :: else
    fi;
#endif
    custodian[x] = v_custodian;
    phase[x] = v_phase;
    waiting[x] = v_open;
    head[x] = v_head;
    v_all = v_all | db[x];
    if :: claims(x) -> v_claims++ :: else fi;
    x++
  :: else -> break
  od;
  twice();
#ifdef CLOSINGS
  derive(v_all);
  k = 1;
  do
  :: k < n -> v_is = has(v_all, k) && kind[k] == CLOSED && v_open == prev[k]; closed_while_open = closed_while_open || v_is; k++
  :: else -> break
  od;
#endif
  x = 0;
  do
  :: x < LOGS ->
    v_is = claims(x);
    k = 1;
    do
    :: k < n ->
      if
      :: has(db[x], k) && kind[k] == RELEASE && to[k] == x ->
        findAnswer(x, k);
        if :: v_next == 0 -> v_is = true :: else fi
      :: else
      fi;
      k++
    :: else -> break
    od;
    if :: v_is && !isExcused(x) -> v_deciders++ :: else fi;
    if
    :: phase[x] == CONTESTED ->
      contested_without_cause = contested_without_cause || !(isExcused(x) || again)
    :: else
    fi;
    x++
  :: else -> break
  od;
  derive(v_all);
  two_custodians = v_claims > 1 || (v_phase == OVER && v_claims > 0);
  two_deciders = v_deciders > 1;
  if
  :: v_phase == CONTESTED -> contested_without_cause = contested_without_cause || !again
  :: v_phase == OPEN ->
    no_custodian = !isWaiting(by[v_open])
  :: isResponsible(v_phase) ->
    no_custodian = !isAware(v_custodian)
  :: v_phase == OVER || v_phase == UNKNOWN -> skip
  fi
}

inline judge() {
  d_step {
    look();
    assert(!two_custodians);
    assert(!no_custodian);
    assert(!two_deciders);
#ifndef CUSTODIANS_ONLY
    assert(!answered_twice);
    assert(!contested_without_cause);
#endif
    assert(!redirected_unasked);
    assert(!released_while_gone);
    assert(!closed_while_open)
  }
}

/* Into the database and into the outbox in one transaction. */
inline commit(s) {
  moved = true;
  db[me] = db[me] | bit(s);
  sent = sent | bit(s)
}

inline sign(what, whom, previous) {
  d_step {
    kind[n] = what;
    by[n] = me;
    to[n] = whom;
    prev[n] = previous;
    printf("%d signs %d: %d to %d after %d\n", me, n, what, whom, previous);
    n++;
#ifdef CRASHES
    signing[me] = n - 1;
#ifdef WITHOUT_COMMIT_BEFORE_SENDING
    sent = sent | bit(n - 1);
#endif
#else
    commit(n - 1);
#endif
  }
}

#define canSign (isFree(me) && n < SIZE)

/* Any statement at all of which a condition holds; none leaves s == n. */
#define chooseStatement(condition) \
  s = 1; do :: s < n && (condition) -> break :: s < n -> s++ :: s >= n -> break od

inline chooseOther() { if :: me != A -> t = A :: me != B -> t = B :: me != C -> t = C fi }

/* Who may release: the custodian, with no release of its own open (V3). */
#ifdef WITHOUT_CUSTODIAN
#define isHolder (custodian[me] != NOBODY)
#else
#define isHolder (custodian[me] == me)
#endif
#ifdef WITHOUT_ONE_RELEASE
#define isAtHome (phase[me] == HELD || phase[me] == ABSENT || (phase[me] == OPEN && by[waiting[me]] == me))
#else
#ifdef WITHOUT_FINDING
#define isAtHome isResponsible(phase[me])
#else
#define isAtHome (phase[me] == HELD || phase[me] == ABSENT)
#endif
#endif

/* Whether a log may answer a release of its own (V4, V7). */
#ifdef WITHOUT_OVERTAKING
#define counts(s) (!has(overtook, s))
#else
#define counts(s) true
#endif
inline mayAnswer(release) {
  d_step {
    findAnswer(me, release);
    v_is = v_next == 0 || !counts(v_next);
#ifdef WITHOUT_ONE_OUTCOME
    v_is = v_is || kind[v_next] != AGREED;
#endif
#ifdef WITHOUT_RECALL_BARRING
    v_is = v_is || kind[v_next] == AGREED;
#endif
#ifdef WITHOUT_EARLY_BARRING
    v_is = v_is || has(early, v_next);
#endif
    ok = v_is
  }
}
inline mayAgree(release) {
  d_step {
    findAnswer(me, release);
    ok = v_next == 0;
#ifdef WITHOUT_ANSWER_BARRING
    ok = v_next == 0 || kind[v_next] != AGREED;
#endif
#ifdef WITHOUT_EARLY_BARRING
    ok = ok || has(early, v_next);
#endif
  }
}

/* Whether a log may close a release: its line is answered there, and this log has not closed it (V5, V10). */
inline findClosing(release) {
  r = 1;
  do
  :: r < n && has(db[me], r) && kind[r] == CLOSED && by[r] == me && prev[r] == release -> break
  :: r >= n -> break
  :: else -> r++
  od
}
inline mayClose(release, receiver) {
  d_step {
    v_next = 0;
    r = 1;
    do
    :: r < n -> if :: has(db[me], r) && isAnswer(r) && prev[r] == release && by[r] == receiver -> v_next = r :: else fi; r++
    :: else -> break
    od;
    findClosing(release);
#ifdef WITHOUT_CLOSING_LAST
    ok = r == n
#else
    ok = r == n && v_next != 0
#endif
  }
}

#ifdef WITHOUT_NAMED_PARTY
#define isNamed(s) (by[s] != me)
#define isAddressed(s) true
#else
#define isNamed(s) (to[s] == me)
#define isAddressed(s) (to[s] == me)
#endif

/* Who does not know whether it has answered says of nobody that he is not here: it may accept, and no more. */
#ifdef WITHOUT_WAITING_FOR_SEAL
#define mayAnswerNow true
#else
#define mayAnswerNow (!isExcused(me))
#endif

/* A release arrives with its history; whatever is here already has no second effect. */
inline register(s) {
  d_step {
    moved = true;
    printf("%d registers %d\n", me, s);
    v_set = bit(s);
    if
    :: kind[s] == RELEASE ->
#ifndef WITHOUT_HISTORY
      v_set = v_set | 1;
      k = s;
      do
      :: k == 0 -> break
      :: else ->
        v_set = v_set | bit(k);
#ifdef PAPER
        r = 1;
        do
        :: r < n -> if :: kind[r] == RECEIPT && prev[r] == k -> v_set = v_set | bit(r) :: else fi; r++
        :: else -> break
        od;
#endif
        k = prev[k]
      od
#else
      skip
#endif
    :: else
    fi;
#ifdef PAPER
    /* What was accepted by its slip moves now. */
    findAnswer(me, s);
    if
    :: kind[s] == RELEASE && v_next != 0 && has(early, v_next) && n < SIZE ->
      kind[n] = RECEIPT;
      by[n] = me;
      to[n] = by[s];
      prev[n] = v_next;
      n++;
      commit(n - 1)
    :: else
    fi;
#endif
    db[me] = db[me] | v_set
  }
}

#ifdef RESTORE
/* After a peer has answered for an ended epoch, nothing more of it counts there unless the new one holds it. */
#ifdef WITHOUT_SEAL
#define isWithinSeal(s) true
#else
#define isWithinSeal(s) (me == A || by[s] != A || s >= epoch || !has(answered, me) || has(db[A], s))
#endif
#else
#define isWithinSeal(s) true
#endif

proctype authority(byte me) {
  byte s, t;
  bool ok;
  do
  :: atomic {
    if
    /* release; redirect */
    :: canSign && isHolder && isAtHome && releases < RELEASES ->
      chooseOther();
#ifdef REDIRECTS
      ok = releases == 0 || has(agreed, t);
#ifdef WITHOUT_NEW_RECEIVERS_AGREEMENT
      ok = true;
#endif
      redirected_unasked = ok && releases > 0 && !has(agreed, t);
      if :: ok -> releases++; sign(RELEASE, t, head[me]) :: else fi;
      ok = false;
#else
      releases++;
      released_while_gone = phase[me] == SUSPENDED;
      sign(RELEASE, t, head[me]);
#endif
      t = 0
    /* outcome, to a release that is registered here */
    :: canSign ->
      chooseStatement(kind[s] == RELEASE && isNamed(s) && has(db[me], s));
      if
      :: s < n ->
        mayAnswer(s);
        if
        :: ok -> sign(ACCEPTED, by[s], s)
        :: ok && mayAnswerNow -> sign(REFUSED, by[s], s)
        :: ok && mayAnswerNow -> sign(MISSING, by[s], s)
#ifdef ENDS
        :: ok && mayAnswerNow -> sign(ENDED, by[s], s)
#endif
        :: !ok
        fi
      :: else
      fi;
      s = 0;
      ok = false
#if RECALLS > 0
    /* recall: a request of the releaser, who has seen no answer */
    :: canSign && recalls < RECALLS && phase[me] == OPEN && by[waiting[me]] == me ->
      recalls++;
      sign(RECALL, to[waiting[me]], waiting[me])
    /* recall-agreed, also when the release is not here yet */
    :: canSign && mayAnswerNow ->
      chooseStatement(kind[s] == RECALL && to[s] == me && has(db[me], s));
      if
      :: s < n ->
        mayAgree(prev[s]);
        if
        :: ok ->
#ifdef WITHOUT_OVERTAKING
          if :: !has(db[me], prev[s]) -> overtook = overtook | bit(n) :: else fi
#endif
          sign(AGREED, by[s], prev[s])
        :: else
        fi
      :: else
      fi;
      s = 0;
      ok = false
#endif
#ifdef ENDS
    /* released to liberty, or dead: by whoever holds the person */
#ifdef WITHOUT_END_BY_OUTCOME
    :: canSign && custodian[me] == me && phase[me] == OPEN ->
      sign(ENDED, NOBODY, waiting[me])
#endif
    :: canSign && custodian[me] == me && (phase[me] == HELD || phase[me] == ABSENT) ->
      sign(ENDED, NOBODY, head[me])
#endif
#ifdef INCIDENTS
    /* escaped or missed, and found, in the custodian's hands */
    :: canSign && claims(me) && phase[me] != SUSPENDED -> sign(GONE, NOBODY, head[me])
    :: canSign && claims(me) && phase[me] == SUSPENDED -> sign(FOUND, NOBODY, head[me])
#endif
#ifdef CLOSINGS
    /* closed: by the releaser, who holds the answer, and then by the receiver, who holds the releaser's word */
    :: canSign ->
      chooseStatement(kind[s] == RELEASE && by[s] == me && has(db[me], s));
      if
      :: s < n -> mayClose(s, to[s]); if :: ok -> sign(CLOSED, to[s], s) :: else fi
      :: else
      fi;
      s = 0;
      ok = false
    :: canSign ->
      chooseStatement(kind[s] == CLOSED && to[s] == me && by[prev[s]] == by[s] && has(db[me], s));
      if
      :: s < n -> mayClose(prev[s], me); if :: ok -> sign(CLOSED, by[s], prev[s]) :: else fi
      :: else
      fi;
      s = 0;
      ok = false
#endif
#ifdef REDIRECTS
    :: !has(agreed, me) -> agreed = agreed | bit(me)
#endif
#ifdef PAPER
    /* people arrive before their release: its slip is accepted */
    :: canSign ->
      chooseStatement(kind[s] == RELEASE && to[s] == me && has(sent, s) && !has(db[me], s));
      if
      :: s < n ->
        mayAnswer(s);
        if :: ok -> early = early | bit(n); sign(ACCEPTED, by[s], s) :: else fi
      :: else
      fi;
      s = 0;
      ok = false
#ifdef WITHOUT_WAITING_FOR_RELEASE
    :: canSign && releases < RELEASES ->
      chooseStatement(has(early, s) && by[s] == me && has(db[me], s) && !has(db[me], prev[s]));
      if :: s < n -> chooseOther(); releases++; sign(RELEASE, t, s) :: else fi;
      s = 0;
      t = 0
#endif
#endif
#ifdef WITHOUT_ACCEPTING_FIRST
    /* released onward before the own log holds the acceptance */
    :: canSign && releases < RELEASES ->
      chooseStatement(kind[s] == RELEASE && to[s] == me && has(db[me], s));
      if :: s < n -> chooseOther(); releases++; sign(RELEASE, t, s) :: else fi;
      s = 0;
      t = 0
#endif
    /* something arrives */
    :: chooseStatement(has(sent, s) && isAddressed(s) && !has(db[me], s) && isWithinSeal(s));
      if :: s < n -> register(s) :: else fi;
      s = 0
#ifdef WITHOUT_IDENTITY
    /* what arrives again is taken for another statement */
    :: n < SIZE ->
      chooseStatement(has(sent, s) && isAddressed(s) && has(db[me], s) && by[s] != me);
      if
      :: s < n ->
        d_step {
          kind[n] = kind[s];
          by[n] = by[s];
          to[n] = to[s];
          prev[n] = prev[s];
          n++;
          db[me] = db[me] | bit(n - 1);
          moved = true
        }
      :: else
      fi;
      s = 0
#endif
#ifdef CRASHES
    :: signing[me] != 0 -> commit(signing[me]); printf("%d commits\n", me); signing[me] = 0
    /* crash and restart: nothing is left but the database */
    :: signing[me] != 0 && crashes < CRASHES ->
      crashes++;
      printf("%d crashes\n", me);
#ifndef WITHOUT_COMMIT_BEFORE_SENDING
      d_step {
        kind[signing[me]] = NONE;
        by[signing[me]] = 0;
        to[signing[me]] = 0;
        prev[signing[me]] = 0
      }
#endif
      signing[me] = 0
#endif
#ifdef RESTORE
    :: me == A && !isBackedUp -> isBackedUp = true; backup = db[A]; printf("backup\n")
    /* the disk is lost and its backup put back; of what was under way some may still come, some never will */
    :: me == A && isBackedUp && epoch == 0 && db[A] != backup ->
      epoch = n;
      s = 1;
      do
      :: s < n ->
        if
        :: by[s] == A && !has(backup, s) && !has(db[B], s) && !has(db[C], s) -> sent = sent & ~bit(s)
        :: true
        fi;
        s++
      :: else -> break
      od;
      s = 0;
      db[A] = backup;
      moved = true;
      printf("restored\n")
    /* a peer answers the new genesis with all it holds */
#ifdef WITHOUT_EVERY_ANSWER
    :: me == B && epoch != 0 && !has(answered, me) -> answered = answered | bit(B) | bit(C); moved = true; db[A] = db[A] | db[me]
#else
    :: me != A && epoch != 0 && !has(answered, me) ->
      answered = answered | bit(me);
      printf("%d answers the new genesis\n", me);
      moved = true; db[A] = db[A] | db[me]
#endif
#endif
    fi;
    if :: moved -> moved = false; judge() :: else fi
    }
  od
}

init {
  atomic {
    db[A] = 1;
    judge();
    run authority(A);
    run authority(B);
    run authority(C)
  }
}
