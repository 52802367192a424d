package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.file.FaultBarrier;
import dev.firn.engine.Problem.Kind;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store accepts writes, and what is known to be wrong with it. The first failure that
 * cannot be undone is permanent: a sync that failed is not repeated, because a later success would
 * prove nothing about the bytes that were lost.
 *
 * <p><b>Threading.</b> Any thread. The listener is called without a lock of this class held.
 */
public final class Health {

  private static final Logger LOG = System.getLogger(Health.class.getName());

  /** What the store was doing when the failing thread could not say it. */
  private static final String UNKNOWN_WORK = "running";

  /** Maximum time that a thread waits for the words of another: finding a lost page takes long. */
  private static final long MAX_WORDS_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Maximum number of damages kept, and of warnings. */
  private static final int MAX_KEPT = 100;

  /*
   * How a store fails when the failing thread can do nothing.
   *
   * A thread that has run out of stack or memory cannot call a method or create an object, in its
   * catch and finally blocks neither. What it can do is assign a field. So every path that leaves
   * the store in a state from which it cannot go on first assigns `cause`, in the catch block
   * itself, and only then calls fail(), which may throw the next error. From the assignment on,
   * every write and every waiting thread throws.
   *
   * The rest of a failure (the problem, the listener, the wake-ups) is done by fail(), or by the
   * next thread that asks. Threads that wait for other threads look at the store's health every
   * few milliseconds, because a wake-up can be lost; see Monitor.
   *
   * A background thread that dies without having assigned `cause` is caught by the JVM's handler of
   * uncaught exceptions. It is a method of the JDK, so that it runs none of our code either.
   */

  /** The background threads that died, and why. */
  private final Map<Thread, Throwable> deaths = new ConcurrentHashMap<>();

  /**
   * Why the store has failed; null while it has not. Assigned directly, and only while it is null,
   * by a thread that meets a failure.
   */
  volatile @Nullable Throwable cause;

  /** The failure in words. */
  private final AtomicReference<@Nullable Problem> failure = new AtomicReference<>();

  /** The thread that is putting the failure into words. */
  private volatile @Nullable Thread speaker;

  private final List<Runnable> failureActions = new CopyOnWriteArrayList<>();
  private final Consumer<Problem> listener;
  private final Object lock = new Object();
  private volatile @Nullable LostPageFinder lostPages;

  @GuardedBy("lock")
  private final List<Problem> damage = new ArrayList<>();

  @GuardedBy("lock")
  private final Deque<Problem> warnings = new ArrayDeque<>();

  /**
   * @param listener receives each problem once, on the thread that found it
   */
  Health(Consumer<Problem> listener) {
    this.listener = listener;
  }

  /** Sets the finder of the file of an {@link InternalError}; called before any read. */
  void locateLostPagesWith(LostPageFinder finder) {
    lostPages = finder;
  }

  /** Registers an action to run once when the store fails, on the thread that found the failure. */
  void onFailure(Runnable action) {
    failureActions.add(action);
  }

  /** Records the death of a background thread, which makes the store fail. */
  Thread.UncaughtExceptionHandler deathRecorder() {
    return deaths::put;
  }

  /** Throws if the store has failed. */
  void check() {
    if (cause != null) {
      throw failed();
    }
  }

  /**
   * Makes the store fail if a background thread has died. To be called by threads that wait for the
   * work of such a thread; takes no lock and calls no listener.
   */
  void noteDeaths() {
    if (cause == null && !deaths.isEmpty()) {
      cause = deaths.values().iterator().next();
    }
  }

  /** Whether the store has failed. */
  boolean hasFailed() {
    return cause != null;
  }

  private StoreFailedException failed() {
    Problem first = Objects.requireNonNull(failure());
    return new StoreFailedException(first.doing(), first.cause());
  }

  /** The failure that made the store reject writes, or null. */
  public @Nullable Problem failure() {
    noteDeaths();
    Throwable met = cause;
    if (met == null) {
      return null;
    }
    awaitWords();
    if (failure.get() == null) {
      // The thread that met it could not say so.
      fail(UNKNOWN_WORK, met);
    }
    return failure.get();
  }

  /** Waits while another thread puts the failure into words. */
  private void awaitWords() {
    long deadline = System.nanoTime() + MAX_WORDS_NANOS;
    for (int waits = 0; failure.get() == null; waits++) {
      Thread other = speaker;
      if (other == null
          || other.equals(Thread.currentThread())
          || System.nanoTime() - deadline >= 0) {
        return;
      }
      Backoff.pause(waits);
    }
  }

  /** The damage found, the oldest first. */
  public List<Problem> damage() {
    synchronized (lock) {
      return List.copyOf(damage);
    }
  }

  /** The newest warnings, the oldest first. */
  public List<Problem> warnings() {
    synchronized (lock) {
      return List.copyOf(warnings);
    }
  }

  /**
   * Makes the store fail, unless it has failed already, and returns the exception to throw.
   *
   * @param doing what the store was doing, as a phrase that follows "failed while"
   */
  StoreFailedException fail(String doing, Throwable cause) {
    return fail(doing, cause, null);
  }

  private StoreFailedException fail(String doing, Throwable met, @Nullable ReadView view) {
    if (cause == null) {
      cause = met;
    }
    speaker = Thread.currentThread();
    try {
      Throwable root = root(met, view);
      if (root instanceof CorruptionException corruption) {
        damaged(doing, corruption);
      }
      Problem problem = Problem.of(Kind.FAILURE, doing, root);
      if (failure.compareAndSet(null, problem)) {
        failureActions.forEach(Runnable::run);
        tell(Level.ERROR, problem);
      }
      Problem kept = Objects.requireNonNullElse(failure.get(), problem);
      return new StoreFailedException(kept.doing(), kept.cause());
    } finally {
      speaker = null;
    }
  }

  private Throwable root(Throwable met, @Nullable ReadView view) {
    if (met instanceof StoreFailedException && met.getCause() != null) {
      return met.getCause();
    }
    LostPageFinder finder = lostPages;
    // Only the first failure is kept, so only that one is worth the search.
    return met instanceof InternalError fault && finder != null && failure.get() == null
        ? finder.locate(fault, view)
        : met;
  }

  /**
   * Records a failed read, and returns the exception to throw. Called before anything else is done.
   *
   * @param doing what the store was doing, as a phrase that follows "while"
   * @param met the exception of the read
   * @param view the view that was read, pinned
   */
  RuntimeException unreadable(String doing, Throwable met, ReadView view) {
    switch (lateFaultOr(met)) {
      case InternalError fault -> {
        // The device could not deliver a page: nothing that was read can be trusted.
        return fail(doing, fault, view);
      }
      case CorruptionException damage -> {
        damaged(doing, damage);
        return damage;
      }
      case StorageException refused -> {
        damaged(doing, refused);
        return refused;
      }
      case RuntimeException other -> {
        return other;
      }
      case Error error -> throw error;
      default -> {
        return new IllegalStateException(met);
      }
    }
  }

  /** A lost page may have caused {@code met}, and its own error may be still to come. */
  private static Throwable lateFaultOr(Throwable met) {
    try {
      FaultBarrier.pass();
      return met;
    } catch (InternalError late) {
      return late;
    }
  }

  /**
   * Records damage, unless it is known. The store goes on: only reads of those bytes fail.
   *
   * @param doing what the store was doing, as a phrase that follows "while"
   * @param cause a {@link CorruptionException}, or the reason why the bytes cannot be read at all
   */
  void damaged(String doing, Throwable cause) {
    Problem problem = Problem.of(Kind.DAMAGE, doing, cause);
    synchronized (lock) {
      if (damage.size() == MAX_KEPT || damage.stream().anyMatch(known -> isSame(known, cause))) {
        return;
      }
      damage.add(problem);
    }
    tell(Level.ERROR, problem);
  }

  private static boolean isSame(Problem known, Throwable cause) {
    if (known.cause() instanceof CorruptionException one
        && cause instanceof CorruptionException other) {
      return one.file().equals(other.file()) && one.offset() == other.offset();
    }
    return Objects.equals(known.cause().getMessage(), cause.getMessage());
  }

  /** Records a problem without consequences for the content of the store, and returns it. */
  Problem warn(String doing, Throwable cause) {
    Problem problem = Problem.of(Kind.WARNING, doing, cause);
    synchronized (lock) {
      if (warnings.size() == MAX_KEPT) {
        warnings.removeFirst();
      }
      warnings.addLast(problem);
    }
    tell(Level.WARNING, problem);
    return problem;
  }

  /** Removes a warning whose reason is gone. */
  void withdraw(Problem warning) {
    synchronized (lock) {
      warnings.remove(warning);
    }
  }

  private void tell(Level level, Problem problem) {
    LOG.log(level, problem.kind() + " while " + problem.doing(), problem.cause());
    try {
      listener.accept(problem);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the problem listener failed", e);
    }
  }
}
