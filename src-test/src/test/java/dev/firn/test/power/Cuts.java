package dev.firn.test.power;

import dev.firn.Store;
import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.FirnException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import dev.firn.test.power.PowerCutOutcomes.Loss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Power cuts around one thing that a store does: before each of its file operations, in the middle
 * of each sync, and whenever something new was promised.
 *
 * <p><b>Threading.</b> Moments are taken by any thread of the store, the rest belongs to one.
 *
 * @param <P> what is promised
 */
final class Cuts<P> implements FaultInjection {

  /** The disk at one moment, and what was promised by then. */
  private record Moment<P>(MemoryFileSystem files, P promise) {}

  private final MemoryFileSystem files;
  private final List<Moment<P>> moments = new ArrayList<>();
  private P promise;
  private boolean begun;
  private int images;

  /**
   * @param promise what is promised at first
   */
  Cuts(MemoryFileSystem files, P promise) {
    this.files = files;
    this.promise = promise;
  }

  /** From now on the power may be cut. Called again it does nothing. */
  synchronized void begin() {
    begun = true;
    files.failBefore(this);
  }

  /** From now on it may not. */
  void end() {
    files.failBefore(NONE);
  }

  /** What is promised from now on. */
  synchronized void promise(P next) {
    promise = next;
    shoot();
  }

  @Override
  public void before(FileOperation operation, Path path) {
    shoot();
  }

  @Override
  public void during(FileOperation operation, Path path) {
    shoot();
  }

  private synchronized void shoot() {
    if (begun) {
      moments.add(new Moment<>(files.processKillClone(), promise));
    }
  }

  /** How many images {@link #wrong} has checked. */
  int images() {
    return images;
  }

  /**
   * Opens what each cut could leave.
   *
   * @param check says what is not as it was promised, if anything
   * @return all that was wrong, that a store did not open too
   */
  Set<String> wrong(Random random, BiFunction<Store, P, Optional<String>> check) {
    Map<Long, P> checked = new HashMap<>();
    Set<String> wrong = new TreeSet<>();
    for (Moment<P> moment : moments) {
      for (Loss loss : PowerCutOutcomes.of(moment.files, random)) {
        MemoryFileSystem image = moment.files.crashClone(loss.toPowerCut());
        long fingerprint = image.fingerprint(MemoryDisk.DIRECTORY, PowerRun::counts);
        if (!moment.promise.equals(checked.put(fingerprint, moment.promise))) {
          images++;
          try (Store store = new MemoryDisk(image).open(TinyOptions.smallest())) {
            check.apply(store, moment.promise).ifPresent(wrong::add);
          } catch (FirnException e) {
            wrong.add(e.toString());
          }
        }
      }
    }
    return wrong;
  }
}
