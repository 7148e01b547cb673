/*
 * Statements, and what follows from a set of them: Sources/Custody/ChainDerivation.swift, one line (one person), small
 * numbers instead of digests. README.md says which name here is which in the code.
 */

#define A 0
#define B 1
#define C 2
#define NOBODY 7

/* Statements. */
#define NONE 0
#define RELEASE 1
#define ACCEPTED 2
#define REFUSED 3
#define MISSING 4
#define AGREED 5                /* recall-agreed */
#define ENDED 6                 /* the receiver's outcome `ended`, or by whoever holds the person */
#define RECALL 7
#define RECEIPT 8               /* a release that was accepted early, by its paper slip, is registered now */
#define RESOLVED 9              /* dispute-resolved */
#define GONE 10                 /* an incident in the custodian's hands: escape, missing */
#define FOUND 11
#define CLOSED 12               /* a party holds a release for complete */

/* Phases of a chain. */
#define HELD 0
#define OPEN 1
#define ABSENT 2                /* answered `missing` */
#define OVER 3
#define CONTESTED 4
#define UNKNOWN 5
#define SUSPENDED 6             /* the custodian's word that the person is gone */

#define bit(k) (1 << (k))
#define has(set, k) (((set) >> (k)) & 1)
#define isAnswer(k) (kind[k] >= ACCEPTED && kind[k] <= ENDED)
#define isTransition(k) ((kind[k] >= RELEASE && kind[k] <= ENDED) || kind[k] == GONE || kind[k] == FOUND)

/* Every statement that was signed, in order; 0 is A's intake. */
byte n = 1;
byte kind[SIZE];
byte by[SIZE];                  /* who signed it */
byte to[SIZE];                  /* whom it is addressed to; the custodian that a resolution names */
byte prev[SIZE];                /* what it builds on: custody_prev of a release, the release of an answer or a recall */
#ifdef PAPER
short early;                    /* acceptances of a release that was not registered yet */
#endif
#ifdef FORK
short heads[SIZE];              /* what a resolution settles */
byte round[SIZE];
#endif

/* The result of derive, and scratch: set before it is read, within one step. */
hidden byte v_custodian, v_phase, v_open, v_head, v_tip;
hidden short v_rest;            /* steps that do not follow */
hidden byte v_next, v_count, k, r;
hidden byte v_is;
#ifdef FORK
hidden byte v_parties, v_round, v_named, v_last;
hidden short v_heads, v_signed, v_built, v_settled;
hidden byte v_good;
#endif

/* The steps of a set. An answer that overtook its release waits for it. */
inline countSteps(set) {
  v_rest = 0;
  k = 1;
  do
  :: k < n ->
    v_is = has(set, k) && isTransition(k);
#ifdef WITHOUT_RECEIVERS_AGREEMENT
    v_is = v_is || (has(set, k) && kind[k] == RECALL);
#endif
    v_is = v_is && (kind[k] == RELEASE || kind[k] == ENDED || kind[k] >= GONE || has(set, prev[k]));
#ifdef PAPER
#ifndef WITHOUT_RECEIPT
    if
    :: v_is && has(early, k) ->
      v_is = false;
      r = 1;
      do
      :: r < n ->
        if :: has(set, r) && kind[r] == RECEIPT && prev[r] == k -> v_is = true :: else fi;
        r++
      :: else -> break
      od
    :: else
    fi;
#endif
#endif
    if :: v_is -> v_rest = v_rest | bit(k) :: else fi;
    k++
  :: else -> break
  od
}

/* Whether the one who signed a step could. */
#ifdef WITHOUT_NAMED_PARTY
#define answersOpen(s) (v_open == prev[s])
#else
#define answersOpen(s) (v_open == prev[s] && by[s] == to[v_open])
#endif
#ifdef WITHOUT_END_BY_OUTCOME
#define endsHeld(s) (by[s] == v_custodian)
#else
#define endsHeld(s) (by[s] == v_custodian && v_phase != OPEN)
#endif
inline isRightful(s) {
  if
  :: v_phase == OVER -> v_is = false
  :: else ->
    if
    :: kind[s] == RELEASE -> v_is = v_phase != OPEN && by[s] == v_custodian
    :: kind[s] == RECALL -> v_is = v_phase == OPEN && v_open == prev[s]
    :: kind[s] == ENDED -> v_is = (v_phase == OPEN && answersOpen(s)) || endsHeld(s)
    :: kind[s] == GONE || kind[s] == FOUND -> v_is = v_phase != OPEN && by[s] == v_custodian
    :: else -> v_is = v_phase == OPEN && answersOpen(s)
    fi
  fi
}

inline consume(s) {
  v_rest = v_rest & ~bit(s);
  v_tip = s;
  if
  :: kind[s] == RELEASE -> v_phase = OPEN; v_open = s
  :: else ->
    v_head = s;
    v_open = 0;
    if
    :: kind[s] == MISSING -> v_phase = ABSENT
    :: kind[s] == ENDED -> v_phase = OVER
    :: kind[s] == GONE -> v_phase = SUSPENDED
    :: else -> v_phase = HELD
    fi;
    if :: kind[s] == ACCEPTED -> v_custodian = by[s] :: else fi
  fi
}

/* A chain begins with its intake; without it, with the first release whose history is not known. */
inline begin(set) {
  v_head = 0;
  v_open = 0;
  v_tip = 0;
  v_custodian = A;
  v_phase = HELD;
  if
  :: has(set, 0)
  :: else ->
    v_phase = UNKNOWN;
    v_custodian = NOBODY;
    k = 1;
    do
    :: k >= n -> break
    :: else ->
      if
      :: has(v_rest, k) && kind[k] == RELEASE && !has(set, prev[k]) ->
        v_custodian = by[k];
        v_tip = prev[k];
        v_head = v_tip;
        v_phase = HELD;
        break
      :: else -> k++
      fi
    od
  fi
}

/* The steps that rightfully follow, one after the other; the rest competes. */
inline walk() {
  do
  :: v_rest == 0 || v_phase == UNKNOWN -> break
  :: else ->
    v_count = 0;
    k = 1;
    do
    :: k < n ->
#ifdef WITHOUT_CONTEST
      if :: has(v_rest, k) && prev[k] == v_tip && v_count == 0 -> v_count++; v_next = k :: else fi;
#else
      if :: has(v_rest, k) && prev[k] == v_tip -> v_count++; v_next = k :: else fi;
#endif
      k++
    :: else -> break
    od;
    v_is = false;
    if :: v_count == 1 -> isRightful(v_next) :: else fi;
    if
    :: v_is -> consume(v_next)
    :: else -> break
    fi
  od
}

#ifdef FORK
/* What builds on a statement; whatever builds on another was signed after it. */
inline addDescendants(set, s) {
  v_built = v_built | bit(s);
  k = s + 1;
  do
  :: k < n ->
    if :: has(set, k) && has(v_built, prev[k]) && isTransition(k) -> v_built = v_built | bit(k) :: else fi;
    k++
  :: else -> break
  od
}

/* Who has a part in what competes, and its last steps. */
#ifdef WITHOUT_ADDRESSEES
#define hasSay(s) false
#else
#define hasSay(s) true
#endif
inline contest(steps) {
  v_parties = bit(v_custodian);
  if :: v_phase == OPEN && hasSay(v_open) -> v_parties = v_parties | bit(to[v_open]) :: else fi;
  v_heads = steps | bit(v_tip);
  k = 1;
  do
  :: k < n ->
    if
    :: has(steps, k) ->
      v_parties = v_parties | bit(by[k]);
      if :: kind[k] == RELEASE && hasSay(k) -> v_parties = v_parties | bit(to[k]) :: else fi;
      if
      :: prev[k] == v_tip -> isRightful(k); if :: v_is -> v_heads = v_heads & ~bit(v_tip) :: else fi
      :: else -> v_heads = v_heads & ~bit(prev[k])
      fi
    :: else
    fi;
    k++
  :: else -> break
  od
}

#ifdef WITHOUT_EVERY_PARTY
#define isComplete ((v_signed & (v_signed - 1)) != 0)
#else
#define isComplete (v_signed == v_parties)
#endif

/* The signatures of a round: who signed, for whom, and whether all the same. */
inline readRound(set) {
  v_signed = 0;
  v_named = NOBODY;
  v_last = 0;
  v_good = true;
  k = 1;
  do
  :: k < n ->
    if
    :: has(set, k) && kind[k] == RESOLVED && !has(v_settled, k) && round[k] == v_round && has(v_parties, by[k]) ->
#ifndef WITHOUT_SAME_CUSTODIAN
      if :: v_named != NOBODY && v_named != to[k] -> v_good = false :: else fi;
#endif
#ifndef WITHOUT_SAME_HEADS
      if :: heads[k] != v_heads -> v_good = false :: else fi;
#endif
#ifndef WITHOUT_ONE_SIGNATURE
      if :: has(v_signed, by[k]) -> v_good = false :: else fi;
#endif
      v_signed = v_signed | bit(by[k]);
      v_named = to[k];
      v_last = k
    :: else
    fi;
    k++
  :: else -> break
  od
}

/* Takes the first round in which every party signed the same. v_good: whether there is one; else v_round is open. */
inline settle(set) {
  v_built = 0;
  r = 1;
  do
  :: r < n -> if :: has(set, r) && kind[r] == RESOLVED && !has(v_settled, r) -> addDescendants(set, r) :: else fi; r++
  :: else -> break
  od;
  contest((v_rest & ~v_built));
  v_round = 1;
  do
  :: v_round > ROUNDS -> v_good = false; break
  :: else ->
    readRound(set);
    if
    :: v_good && isComplete -> break
    :: v_good && !isComplete -> v_good = false; break
    :: else -> v_round++
    fi
  od;
  if
  :: v_good ->
    v_custodian = v_named;
    v_head = v_last;
    v_tip = v_last;
    v_phase = HELD;
    v_open = 0;
    k = 1;
    do
    :: k < n -> if :: has(set, k) && kind[k] == RESOLVED -> v_settled = v_settled | bit(k) :: else fi; k++
    :: else -> break
    od;
    v_built = 0;
    addDescendants(set, v_last);
    v_rest = v_rest & v_built
  :: else
  fi
}
#endif

/* ChainState: v_custodian, v_phase, v_open, v_head. */
inline derive(set) {
  countSteps(set);
  begin(set);
  walk();
#ifdef FORK
  v_settled = 0;
  do
  :: v_rest == 0 || v_phase == UNKNOWN -> break
  :: else ->
    settle(set);
    if :: v_good -> walk() :: else -> break fi
  od;
#endif
#ifdef WITHOUT_CONTEST
  v_rest = 0;
#endif
  if :: v_rest != 0 && v_phase != UNKNOWN -> v_phase = CONTESTED :: else fi
}
