package dev.firn.core;

/**
 * The sink of prefetches: loads that bring memory into the processor's cache ahead of its use.
 *
 * <p>A look-up goes from place to place in memory, and each place may be a cache miss. Where it is
 * known early that several places will be read, one load of a word of each, before any of them is
 * needed, makes their misses overlap. Java has no prefetch instruction. A load whose result nothing
 * waits for comes nearest, but the compiler drops a load whose result is not used. So the words
 * that were loaded, combined into one, go to {@link #consume}.
 *
 * <p><b>Threading.</b> Any thread. Threads share nothing here that is ever written.
 */
public final class Prefetch {

  /*
   * The compiler cannot know that a word never has this value, so it has to load and compare. The
   * branch is predicted as not taken, and the processor goes on before the word has arrived. With
   * random data the branch is taken once in 2^64 times; then a volatile store is its only effect.
   */
  private static final long IMPROBABLE = 0x9d6e_51c8_f3a7_2b45L;

  @SuppressWarnings({"unused", "UnusedVariable"}) // written, so that the branch has an effect
  private static volatile long sink;

  private Prefetch() {}

  /** Uses words that were loaded for the sake of loading them, at the price of one comparison. */
  public static void consume(long loaded) {
    if (loaded == IMPROBABLE) {
      sink = loaded;
    }
  }
}
