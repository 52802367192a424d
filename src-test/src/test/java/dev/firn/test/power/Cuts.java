package dev.firn.test.power;

import dev.firn.Store;
import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.FirnException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import dev.firn.test.power.PowerCutOutcomes.Outcome;
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
 * Power cuts around one action of a store: before each of its file operations, in the middle of
 * each sync, and after each new promise.
 *
 * <p><b>Threading.</b> Any thread of the store takes moments; the rest belongs to one thread.
 *
 * @param <P> what is promised
 */
final class Cuts<P> implements FaultInjection {

  private record Moment<P>(MemoryFileSystem files, P promise) {}

  private final MemoryFileSystem files;
  private final List<Moment<P>> moments = new ArrayList<>();
  private P promise;
  private boolean begun;
  private int images;

  Cuts(MemoryFileSystem files, P promise) {
    this.files = files;
    this.promise = promise;
  }

  /** Starts recording moments; calling it again does nothing. */
  synchronized void begin() {
    begun = true;
    files.failBefore(this);
  }

  void end() {
    files.failBefore(NONE);
  }

  synchronized void promise(P next) {
    promise = next;
    note();
  }

  @Override
  public void before(FileOperation operation, Path path) {
    note();
  }

  @Override
  public void during(FileOperation operation, Path path) {
    note();
  }

  private synchronized void note() {
    if (begun) {
      moments.add(new Moment<>(files.processKillClone(), promise));
    }
  }

  int images() {
    return images;
  }

  /**
   * Opens each outcome of each cut.
   *
   * @param check describes a broken promise, if there is one
   * @return all that was wrong, including stores that did not open
   */
  Set<String> wrong(Random random, BiFunction<Store, P, Optional<String>> check) {
    Map<Long, P> checked = new HashMap<>();
    Set<String> wrong = new TreeSet<>();
    for (Moment<P> moment : moments) {
      for (Outcome outcome : PowerCutOutcomes.of(moment.files, random)) {
        MemoryFileSystem image = moment.files.crashClone(outcome.toPowerCut());
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
