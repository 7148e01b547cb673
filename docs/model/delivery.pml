/*
 * How one release and its answer travel, and what must happen at last: docs/exchange.md, "Delivery". Two daemons
 * with an outbox each, a network that loses, doubles and reorders, crashes at any moment, a clock.
 *
 *   ltl watched      every release ends or is overdue, whatever the network and the receiver do
 *   ltl ends         a release that the receiver's officers answer ends, if losses and crashes end (LOSSES=n)
 *   ltl delivered    both outboxes are empty at last, under the same condition
 *
 * All under weak fairness. Without LOSSES the network may lose everything and officers may never answer. Rules that
 * can be taken away: WITHOUT_...
 */

#ifndef CRASHES
#define CRASHES 2
#endif

mtype = { RELEASE, ANSWER, RECEIPT };

chan toB = [2] of { mtype };
chan toA = [2] of { mtype };
chan receiptsToB = [1] of { mtype };
chan receiptsToA = [1] of { mtype };

/* The releaser's database. */
bool released;
bool releaseDue;                /* outbox: no receipt of the receiver's log yet */
bool heard;                     /* the receiver's answer is registered */
bool returned;                  /* it thinks that the line came back */
/* The receiver's database. */
bool registered;
bool accepted, refused;
bool answerDue;

/* What must never be: B accepted, and A thinks that the line came back. */
bool two_custodians;

bool late;                      /* accept_by is past */
bool alarm;                     /* V19 */

/* What a crash forgets: what arrived and is not committed, and which receipt is owed. */
bool arrivedAtB, arrivedAtA, owedByB, owedByA;

byte crashes;
#ifdef LOSSES
byte losses;
#define mayLose (losses < LOSSES)
#define lose() losses++
#else
#define mayLose true
#define lose() skip
#endif

#define isWatched (heard || alarm)
#define isDelivered (!releaseDue && !answerDue)

ltl watched { [] (released -> <> isWatched) }
ltl ends { [] (released -> <> heard) }
ltl delivered { [] (released -> <> isDelivered) }

proctype officersOfA() {
  /* into the log and the outbox in one transaction */
  atomic { released = true; releaseDue = true }
}

/* Sends what is due, again and again, until there is a receipt. */
proctype senderOfA() {
  do
  :: atomic {
      releaseDue && nfull(toB) ->
      if
      :: toB!RELEASE
      :: mayLose -> lose()
      fi;
#ifdef WITHOUT_RETRY
      break
#endif
    }
  od
}

proctype receiverOfB() {
  do
  :: atomic { toB?RELEASE ->
      if
      :: registered ->
        /* known: the same receipt again */
#ifndef WITHOUT_RECEIPT_AGAIN
        owedByB = true
#else
        skip
#endif
      :: else ->
        arrivedAtB = true;
#ifdef WITHOUT_COMMIT_BEFORE_RECEIPT
        owedByB = true
#endif
      fi
    }
  od
}

/* Only the receipt of the peer's own log ends the sending. */
proctype receiptsAtA() { do :: receiptsToA?RECEIPT -> releaseDue = false od }
proctype receiptsAtB() { do :: receiptsToB?RECEIPT -> answerDue = false od }

proctype committerOfB() {
  do
  :: atomic { arrivedAtB -> arrivedAtB = false; registered = true; owedByB = true }
  od
}

proctype receiptsOfB() {
  do
  :: atomic { owedByB && nfull(receiptsToA) ->
      owedByB = false;
      if
      :: receiptsToA!RECEIPT
      :: mayLose -> lose()
      fi
    }
  od
}

proctype officersOfB() {
  if
  :: atomic { registered -> accepted = true; answerDue = true; two_custodians = returned; assert(!two_custodians) }
  :: atomic { registered -> refused = true; answerDue = true }
#ifndef LOSSES
  :: registered                 /* and nobody does anything */
#endif
  fi
}

proctype senderOfB() {
  do
  :: atomic {
      answerDue && nfull(toA) ->
      if
      :: toA!ANSWER
      :: mayLose -> lose()
      fi
    }
  od
}

proctype receiverOfA() {
  do
  :: atomic { toA?ANSWER -> if :: heard -> owedByA = true :: else -> arrivedAtA = true fi }
  od
}

proctype committerOfA() {
  do
  :: atomic { arrivedAtA -> arrivedAtA = false; heard = true; owedByA = true; alarm = false }
  od
}

proctype receiptsOfA() {
  do
  :: atomic { owedByA && nfull(receiptsToB) ->
      owedByA = false;
      if
      :: receiptsToB!RECEIPT
      :: mayLose -> lose()
      fi
    }
  od
}

proctype clock() { atomic { released -> late = true } }

proctype timerOfA() {
#ifndef WITHOUT_TIMER
  do
  :: atomic { released && late && !heard && !alarm ->
      alarm = true;
#ifdef WITHOUT_STAYING
      returned = true;
#endif
      two_custodians = returned && accepted;
      assert(!two_custodians)
    }
  od
#else
  skip
#endif
}

proctype crash() {
  do
  :: atomic { crashes < CRASHES -> crashes++; arrivedAtA = false; owedByA = false;
#ifdef WITHOUT_KEPT_OUTBOX
      releaseDue = false;
#endif
      alarm = false             /* found again by the timer, from the database */
    }
  :: atomic { crashes < CRASHES -> crashes++; arrivedAtB = false; owedByB = false }
  :: crashes == CRASHES -> break
  od
}

/* The network doubles what is under way. */
proctype doubling() {
  do
  :: atomic { toB?[RELEASE] && nfull(toB) -> toB!RELEASE; break }
  :: atomic { toA?[ANSWER] && nfull(toA) -> toA!ANSWER; break }
  :: break
  od
}

init {
  atomic {
    run officersOfA(); run senderOfA(); run receiverOfA(); run committerOfA(); run receiptsOfA(); run receiptsAtA();
    run officersOfB(); run senderOfB(); run receiverOfB(); run committerOfB(); run receiptsOfB(); run receiptsAtB();
    run clock(); run timerOfA(); run crash(); run doubling()
  }
}
