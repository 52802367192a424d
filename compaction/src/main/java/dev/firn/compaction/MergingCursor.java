package dev.firn.compaction;

import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Merges cursors into one: all their entries, in order. Entries of one key come newest first.
 *
 * <p>A step allocates nothing.
 *
 * <p><b>Ownership.</b> Owns its children and closes them.
 */
public final class MergingCursor extends InternalCursor {

  /*
   * A tournament of losers. Each inner node of a binary tree over the children keeps the child that
   * lost there; the winner of all is kept apart. When the winner moves, it plays again against the
   * losers on its way up only: log2(n) comparisons, and no child is compared twice.
   *
   *            winner: c
   *               (a)              node 1
   *         (b)        (d)         nodes 2, 3
   *        a   b      c   d        leaves 4..7
   *
   * Runs of entries from one child are common: keys are clustered, or one child is much larger. So
   * once a child has won twice in a row, the best of the losers on its way, the runner-up, is
   * looked up, and then the child is compared with that one alone until it loses.
   *
   * Children are compared by normalised prefixes, cached and adjusted so that the smaller signed
   * number goes first in the direction of movement; a child at its end has the largest. Only equal
   * prefixes make a look at the keys necessary. When that happens too often, the window of bytes
   * from which prefixes are made is moved to where the keys differ.
   *
   * Moving forward, every child that did not win stands on its first entry behind the current one,
   * so to turn around each of them steps back once: then it stands on its last entry before the
   * current one. The same holds the other way round.
   */

  private static final long AT_END = Long.MAX_VALUE;

  /** Ties between unequal keys before another window is chosen. */
  private static final int MAX_TIES = 4;

  private final InternalCursor[] children;
  private final long[] prefixes;
  private final int[] losers;
  private final int[] winners;
  private final PrefixWindow window = new PrefixWindow();

  private int winner;
  private int runnerUp = -1;
  private boolean backward;
  private int ties = MAX_TIES;
  private int tiedA;
  private int tiedB;

  /** Takes over the children; none of them needs to be positioned. */
  public MergingCursor(List<InternalCursor> children) {
    this.children = children.toArray(InternalCursor[]::new);
    int count = this.children.length;
    this.prefixes = new long[count];
    this.losers = new int[count];
    this.winners = new int[2 * count];
  }

  @Override
  public boolean first() {
    backward = false;
    for (InternalCursor child : children) {
      child.first();
    }
    return playAll();
  }

  @Override
  public boolean last() {
    backward = true;
    for (InternalCursor child : children) {
      child.last();
    }
    return playAll();
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    backward = false;
    for (InternalCursor child : children) {
      child.seek(key, offset, length, trailer);
    }
    return playAll();
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    backward = true;
    for (InternalCursor child : children) {
      child.seekBefore(key, offset, length, trailer);
    }
    return playAll();
  }

  @Override
  public boolean next() {
    checkValid();
    if (children.length == 1) {
      return children[0].next() ? setFrom(children[0]) : setInvalid();
    }
    if (backward) {
      return turnForward();
    }
    children[winner].next();
    return playWinner();
  }

  @Override
  public boolean prev() {
    checkValid();
    if (children.length == 1) {
      return children[0].prev() ? setFrom(children[0]) : setInvalid();
    }
    if (!backward) {
      return turnBackward();
    }
    children[winner].prev();
    return playWinner();
  }

  private void checkValid() {
    if (!isValid()) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
  }

  private boolean turnForward() {
    backward = false;
    for (InternalCursor child : children) {
      if (child.isValid()) {
        child.next();
      } else {
        child.first();
      }
    }
    return playAll();
  }

  private boolean turnBackward() {
    backward = true;
    for (InternalCursor child : children) {
      if (child.isValid()) {
        child.prev();
      } else {
        child.last();
      }
    }
    return playAll();
  }

  /** The whole tournament, after all children moved. */
  private boolean playAll() {
    int count = children.length;
    if (count == 0) {
      return setInvalid();
    }
    for (int i = 0; i < count; i++) {
      prefixes[i] = prefix(i);
      winners[count + i] = i;
    }
    for (int node = count - 1; node > 0; node--) {
      int a = winners[2 * node];
      int b = winners[2 * node + 1];
      boolean aWins = precedes(a, b);
      winners[node] = aWins ? a : b;
      losers[node] = aWins ? b : a;
    }
    winner = winners[1];
    runnerUp = -1;
    return setFrom(children[winner]);
  }

  /** The winner's games, after it moved. */
  private boolean playWinner() {
    int moved = winner;
    prefixes[moved] = prefix(moved);
    int second = runnerUp;
    if (second < 0 || precedes(second, moved)) {
      replay(moved);
    }
    if (ties > MAX_TIES) {
      moveWindow();
    }
    return setFrom(children[winner]);
  }

  private void replay(int moved) {
    int best = moved;
    for (int node = (children.length + moved) >>> 1; node > 0; node >>>= 1) {
      int loser = losers[node];
      if (precedes(loser, best)) {
        losers[node] = best;
        best = loser;
      }
    }
    winner = best;
    runnerUp = best == moved ? bestLoser(best) : -1;
  }

  /** The child that would win if the winner were not there: it lost against the winner. */
  private int bestLoser(int child) {
    int node = (children.length + child) >>> 1;
    int best = losers[node];
    for (node >>>= 1; node > 0; node >>>= 1) {
      if (precedes(losers[node], best)) {
        best = losers[node];
      }
    }
    return best;
  }

  private long prefix(int child) {
    InternalCursor cursor = children[child];
    if (!cursor.isValid()) {
      return AT_END;
    }
    long prefix = window.prefix(cursor) ^ Long.MIN_VALUE;
    return backward ? ~prefix : prefix;
  }

  /** Whether child {@code a} comes before child {@code b} in the direction of movement. */
  private boolean precedes(int a, int b) {
    long x = prefixes[a];
    long y = prefixes[b];
    return x != y ? x < y : precedesByKey(a, b);
  }

  private boolean precedesByKey(int a, int b) {
    InternalCursor x = children[a];
    InternalCursor y = children[b];
    if (!x.isValid() || !y.isValid()) {
      return x.isValid();
    }
    int order =
        KeyOrder.compare(
            x.key(), x.keyOffset(), x.keyLength(), y.key(), y.keyOffset(), y.keyLength());
    if (order == 0) {
      order = Long.compareUnsigned(y.trailer(), x.trailer());
    } else {
      ties++;
      tiedA = a;
      tiedB = b;
    }
    return order < 0 != backward;
  }

  /** Chooses a window that tells the last two apart that were tied; the tournament stays valid. */
  private void moveWindow() {
    ties = 0;
    if (children[tiedA].isValid() && children[tiedB].isValid()) {
      window.choose(children[tiedA], children[tiedB]);
      for (int i = 0; i < children.length; i++) {
        prefixes[i] = prefix(i);
      }
    }
  }

  @Override
  public void close() {
    setInvalid();
    for (InternalCursor child : children) {
      child.close();
    }
  }
}
