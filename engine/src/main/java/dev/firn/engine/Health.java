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
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store still accepts work, and what is known to be wrong with it. The first failure
 * that cannot be undone is kept for good: a flush to the device that failed once is not tried
 * again, since a later success would prove nothing about the bytes that were lost.
 *
 * <p><b>Threading.</b> Any thread. The listener is called without any lock of this class held.
 */
public final class Health {

  private static final Logger LOG = System.getLogger(Health.class.getName());

  /** Of damage and of warnings, so many are kept each. */
  private static final int MAX_KEPT = 100;

  private final AtomicReference<@Nullable Problem> failure = new AtomicReference<>();
  private final List<Runnable> whenFailed = new CopyOnWriteArrayList<>();
  private final Consumer<Problem> listener;
  private final Object lock = new Object();
  private volatile @Nullable LostPageFinder faults;

  @GuardedBy("lock")
  private final List<Problem> damage = new ArrayList<>();

  @GuardedBy("lock")
  private final Deque<Problem> warnings = new ArrayDeque<>();

  /**
   * @param listener is told of each problem once, by the thread that found it
   */
  Health(Consumer<Problem> listener) {
    this.listener = listener;
  }

  /** Says who knows which file an {@link InternalError} is about; before there are readers. */
  void nameFaultsBy(LostPageFinder finder) {
    faults = finder;
  }

  /** Has {@code action} called once, when the store fails, by the thread that found out. */
  void whenFailed(Runnable action) {
    whenFailed.add(action);
  }

  /** Throws if the store has failed. */
  void check() {
    Problem first = failure.get();
    if (first != null) {
      throw new StoreFailedException(first.doing(), first.cause());
    }
  }

  /** Whether the store has failed. */
  boolean hasFailed() {
    return failure.get() != null;
  }

  /** Why the store accepts no more work, or null. */
  public @Nullable Problem failure() {
    return failure.get();
  }

  /** The damage that was found, the oldest first. */
  public List<Problem> damage() {
    synchronized (lock) {
      return List.copyOf(damage);
    }
  }

  /** The last warnings, the oldest first. */
  public List<Problem> warnings() {
    synchronized (lock) {
      return List.copyOf(warnings);
    }
  }

  /**
   * Makes the store failed, if it is not already, and returns what the caller throws.
   *
   * @param doing what was going on, as a phrase that follows "failed while"
   */
  StoreFailedException fail(String doing, Throwable cause) {
    return fail(doing, cause, null);
  }

  private StoreFailedException fail(String doing, Throwable cause, @Nullable ReadView view) {
    Throwable root = root(cause, view);
    if (root instanceof CorruptionException corruption) {
      damaged(doing, corruption);
    }
    Problem problem = Problem.of(Kind.FAILURE, doing, root);
    if (failure.compareAndSet(null, problem)) {
      whenFailed.forEach(Runnable::run);
      tell(Level.ERROR, problem);
    }
    Problem first = Objects.requireNonNullElse(failure.get(), problem);
    return new StoreFailedException(first.doing(), first.cause());
  }

  private Throwable root(Throwable cause, @Nullable ReadView view) {
    if (cause instanceof StoreFailedException && cause.getCause() != null) {
      return cause.getCause();
    }
    LostPageFinder finder = faults;
    // To name the file takes time, and the first failure alone is kept.
    return cause instanceof InternalError fault && finder != null && !hasFailed()
        ? finder.named(fault, view)
        : cause;
  }

  /**
   * Makes known what a reader of files met, and returns what the reader throws. To be called before
   * anything else is done.
   *
   * @param doing what was going on, as a phrase that follows "while"
   * @param view what was read, pinned
   */
  RuntimeException unreadable(String doing, Throwable met, ReadView view) {
    switch (behindBarrier(met)) {
      case InternalError fault -> {
        // A page that the device could not deliver: nothing that was read can be trusted.
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

  /** What was met may come of a page that is gone, and the error of that may still be to come. */
  private static Throwable behindBarrier(Throwable met) {
    try {
      FaultBarrier.pass();
      return met;
    } catch (InternalError late) {
      return late;
    }
  }

  /**
   * Notes damage, if it is not known yet. The store goes on: what does not need those bytes is not
   * touched by it.
   *
   * @param doing what was going on, as a phrase that follows "while"
   * @param cause a {@link CorruptionException}, or why the bytes cannot be read at all
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

  /** Notes what went wrong without consequences for what the store holds. */
  void warn(String doing, Throwable cause) {
    Problem problem = Problem.of(Kind.WARNING, doing, cause);
    synchronized (lock) {
      if (warnings.size() == MAX_KEPT) {
        warnings.removeFirst();
      }
      warnings.addLast(problem);
    }
    tell(Level.WARNING, problem);
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
