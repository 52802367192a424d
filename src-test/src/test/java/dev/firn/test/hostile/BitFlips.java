package dev.firn.test.hostile;

import dev.firn.core.file.MappedFile;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.fixture.DamageOracle;
import dev.firn.test.fixture.DamageOracle.Outcome;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Flips single bits of a fixture's files: harmless where nothing depends on the bit, noticed
 * everywhere else, never a wrong answer. Each flip is made in a clone that shares all other pages.
 */
final class BitFlips {

  private final DamageFixture fixture;
  private final MemoryFileSystem files;
  private final DamageOracle oracle;

  /** The files whose every bit is covered by a checksum that is verified. */
  private final Set<String> covered;

  private final Map<String, Map<Outcome, Integer>> outcomes = new TreeMap<>();

  BitFlips(DamageFixture fixture) {
    this.fixture = fixture;
    this.files = fixture.files();
    this.oracle = new DamageOracle(fixture, fixture.provable());
    this.covered = oracle.needed();
    covered.removeIf(name -> !Set.of("table", "CURRENT").contains(StoreImage.kind(name)));
  }

  long bits() {
    long bytes = 0;
    for (String name : fixture.image().names()) {
      bytes += fixture.image().bytes(name).length;
    }
    return 8 * bytes;
  }

  /** Number of messages that named another file of the store than the damaged one. */
  int misnamed() {
    return oracle.misnamed();
  }

  Map<String, Map<Outcome, Integer>> outcomes() {
    return outcomes;
  }

  void flip(long bit) {
    long at = bit / 8;
    for (String name : fixture.image().names()) {
      int length = fixture.image().bytes(name).length;
      if (at < length) {
        flip(name, at, (int) (bit % 8));
        return;
      }
      at -= length;
    }
    throw new IndexOutOfBoundsException("bit=" + bit);
  }

  private void flip(String name, long at, int bit) {
    MemoryFileSystem damaged = files.processKillClone();
    Path path = MemoryDisk.DIRECTORY.resolve(name);
    try (MappedFile file = damaged.map(path)) {
      byte value = file.memory().get(ValueLayout.JAVA_BYTE, at);
      byte[] flipped = {(byte) (value ^ 1 << bit)};
      file.write(at, MemorySegment.ofArray(flipped), 0, 1);
    }
    String kind = StoreImage.kind(name);
    try {
      Outcome outcome = oracle.outcomeOf(damaged, name);
      if (outcome == Outcome.ROLLED_BACK
          || (outcome == Outcome.HARMLESS && covered.contains(name))) {
        throw new AssertionError(outcome.toString());
      }
      outcomes
          .computeIfAbsent(kind, k -> new EnumMap<>(Outcome.class))
          .merge(outcome, 1, Integer::sum);
    } catch (Throwable e) {
      throw new AssertionError(
          fixture.name() + ", " + name + ", bit " + bit + " of byte " + at + ": " + e, e);
    }
  }
}
