/*
 * A line released twice, by a copy of A's log, and what settles that: custody.md, "What follows from it"; decision 14.
 *
 * The copy has signed one release, after A's intake, and signs nothing else: when does not matter, since it may arrive
 * at any time or never. Everybody is honest, A's own log too. Statements go to whom they are addressed, the copy's release and
 * signatures under a settlement to everybody, and two may show each other all they hold (bundles, gossip), at any time or never.
 */

#ifndef RELEASES
#define RELEASES 1              /* releases in one history, beside that of the copy */
#endif
#ifndef ROUNDS
#define ROUNDS 1                /* rounds in which a settlement may be signed */
#endif
#ifndef SIZE
#define SIZE 8
#endif
/* NARROW: every answer is an acceptance, and nobody proposes B. ONWARD: begins in the middle of a history. */
#define LOGS 3
#define FORK

#include "chain.pml"

short sent;                     /* what may arrive */
short db[LOGS];                 /* what each log holds */

/* What each log knows of the line: derive(db). */
byte custodian[LOGS] = NOBODY;
byte phase[LOGS] = UNKNOWN;
byte head[LOGS];
byte hasSettled;                /* logs that know of a complete round */

byte releases;
bool wasSettled;                /* once all that had been signed added up to one custodian again */

bool moved;                     /* whether there is something to look at */

/* What must never be. */
bool silent_double, two_custodians, answered_twice, reopened, moved_while_contested, settled_in_discord;

hidden byte x, v_claims;
hidden short v_all;

#define claims(log) (custodian[log] == log && (phase[log] == HELD || phase[log] == ABSENT))
#define everybody (bit(A) | bit(B) | bit(C))

/* What a log has answered to a release, in v_next: an answer, or its signature under the end of a dispute. */
inline findAnswer(log, release) {
  v_next = 0;
  r = 1;
  do
  :: r < n ->
    if
    :: has(db[log], r) && by[r] == log && isAnswer(r) && prev[r] == release -> v_next = r
#ifndef WITHOUT_SIGNATURE_ANSWERING
    :: has(db[log], r) && by[r] == log && kind[r] == RESOLVED && has(heads[r], release) -> v_next = r
#endif
    :: else
    fi;
    r++
  :: else -> break
  od
}

#define isTwice(s, t) (isAnswer(t) && ((isAnswer(s) && prev[t] == prev[s]) || isAnsweredBy(s, t)))
#define isAnsweredBy(s, t) (kind[s] == RESOLVED && by[t] == by[s] && has(heads[s], prev[t]))

/* Whoever knows of two steps after one, and of no settlement, says that the chain is contested. */
inline knowsBoth() {
  x = 0;
  do
  :: x < LOGS ->
    v_is = has(db[x], k) && has(db[x], r) && phase[x] != CONTESTED && !has(hasSettled, x);
    silent_double = silent_double || v_is;
    x++
  :: else -> break
  od
}

/* Whoever signed in the round that settled it named the same custodian. */
inline discord() {
  k = 1;
  do
  :: k < n ->
    r = k + 1;
    do
    :: r < n ->
      v_is = has(v_settled, k) && has(v_settled, r) && to[k] != to[r];
      settled_in_discord = settled_in_discord || (v_is && round[k] == v_round && round[r] == v_round);
      r++
    :: else -> break
    od;
    k++
  :: else -> break
  od
}

inline look() {
  v_all = 0;
  v_claims = 0;
  hasSettled = 0;
  x = 0;
  do
  :: x < LOGS ->
    derive(db[x]);
    custodian[x] = v_custodian;
    phase[x] = v_phase;
    head[x] = v_head;
    v_all = v_all | db[x];
    if :: claims(x) -> v_claims++ :: else fi;
    if :: v_settled != 0 && v_phase != CONTESTED -> hasSettled = hasSettled | bit(x) :: else fi;
    x++
  :: else -> break
  od;
  k = 1;
  do
  :: k < n ->
    r = k + 1;
    do
    :: r < n ->
      if :: isTransition(k) && isTransition(r) && prev[k] == prev[r] -> knowsBoth() :: else fi;
      answered_twice = answered_twice || isTwice(k, r);
      r++
    :: else -> break
    od;
    k++
  :: else -> break
  od;
  derive(v_all);
  two_custodians = v_claims > 1 && hasSettled != 0;
  reopened = wasSettled && v_phase == CONTESTED;
  if :: v_settled != 0 && v_phase != CONTESTED -> discord() :: else fi;
  wasSettled = wasSettled || (v_settled != 0 && v_phase != CONTESTED)
}

inline judge() {
  d_step {
    look();
    assert(!silent_double);
    assert(!two_custodians);
    assert(!answered_twice);
    assert(!reopened);
    assert(!moved_while_contested);
    assert(!settled_in_discord)
  }
}

inline sign(what, whom, previous) {
  d_step {
    kind[n] = what;
    by[n] = me;
    to[n] = whom;
    prev[n] = previous;
    printf("%d signs %d: %d to %d after %d\n", me, n, what, whom, previous);
    db[me] = db[me] | bit(n);
    sent = sent | bit(n);
    n++;
    moved = true
  }
}

#define chooseStatement(condition) \
  s = 1; do :: s < n && (condition) -> break :: s < n -> s++ :: s >= n -> break od

inline chooseOther() { if :: me != A -> t = A :: me != B -> t = B :: me != C -> t = C fi }

#ifdef WITHOUT_STANDSTILL
#define mayMove (phase[me] == HELD || phase[me] == ABSENT || phase[me] == CONTESTED)
#else
#define mayMove (phase[me] == HELD || phase[me] == ABSENT)
#endif

#ifdef WITHOUT_ONE_SIGNATURE
#define isUnsigned(log) true
#else
#define isUnsigned(log) (!has(v_signed, log))
#endif

proctype authority(byte me) {
  byte s, t, round_;
  short heads_;
  bool ok;
  do
  :: atomic {
    if
    :: n < SIZE && releases < RELEASES && custodian[me] == me && mayMove ->
      moved_while_contested = phase[me] == CONTESTED;
      chooseOther();
      releases++;
      sign(RELEASE, t, head[me]);
      t = 0
    :: n < SIZE ->
      chooseStatement(kind[s] == RELEASE && to[s] == me && has(db[me], s));
      if
      :: s < n ->
        d_step { findAnswer(me, s); ok = v_next == 0 }
        if
        :: ok -> sign(ACCEPTED, by[s], s)
#ifndef NARROW
        :: ok -> sign(REFUSED, by[s], s)
#endif
        :: !ok
        fi
      :: else
      fi;
      s = 0;
      ok = false
    /* dispute-resolved, over the last steps known, in the round that is open: each party once */
    :: n < SIZE && phase[me] == CONTESTED ->
      d_step {
        derive(db[me]);
        heads_ = v_heads;
        round_ = v_round;
        t = v_parties;
        ok = round_ <= ROUNDS && has(t, me) && isUnsigned(me)
      }
      if
      :: ok && has(t, A) -> s = A
      :: ok && has(t, C) -> s = C
#ifndef NARROW
      :: ok && has(t, B) -> s = B
#endif
      :: !ok
      fi;
      if
      :: ok ->
        d_step {
          heads[n] = heads_;
          round[n] = round_;
          t = s
        }
        sign(RESOLVED, t, 0)
      :: else
      fi;
      heads_ = 0;
      round_ = 0;
      s = 0;
      t = 0;
      ok = false
    /* a statement arrives; a release with its history */
    :: chooseStatement(has(sent, s) && (to[s] == me || kind[s] == RESOLVED || s == 1) && !has(db[me], s));
      if
      :: s < n ->
        d_step {
          moved = true;
          printf("%d registers %d\n", me, s);
          db[me] = db[me] | bit(s);
          k = s;
          do
          :: k == 0 || kind[s] != RELEASE -> break
          :: else -> db[me] = db[me] | bit(k); k = prev[k]
          od;
          if :: kind[s] == RELEASE -> db[me] = db[me] | 1 :: else fi
        }
      :: else
      fi;
      s = 0
    /* two show each other all they hold */
    :: chooseOther();
      if
      :: me < t && db[t] != db[me] ->
        printf("%d and %d show each other all they hold\n", me, t);
        db[me] = db[me] | db[t];
        db[t] = db[me];
        moved = true
      :: else
      fi;
      t = 0
    fi;
    if :: moved -> moved = false; judge() :: else fi
    }
  od
}

inline given(log, what, signer, whom, previous) {
  kind[n] = what;
  by[n] = signer;
  to[n] = whom;
  prev[n] = previous;
  sent = sent | bit(n);
  db[log] = db[log] | bit(n);
  n++
}

init {
  atomic {
    db[A] = 1;
    d_step {
      kind[n] = RELEASE;
      by[n] = A;
      sent = bit(n);
      n++
    }
#ifdef ONWARD
    /* A released it too, to B, who accepted and released it onward. */
    to[1] = B;
    d_step {
      given(A, RELEASE, A, B, 0);
      db[B] = db[A];
      given(B, ACCEPTED, B, A, 2);
      given(B, RELEASE, B, C, 3)
    }
#else
    if :: to[1] = B :: to[1] = C fi;
#endif
    judge();
    run authority(A);
    run authority(B);
    run authority(C)
  }
}
