package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.StoreHealth;
import dev.firn.StoreOptions;
import dev.firn.StoreProblem;
import dev.firn.StoreProblem.Kind;
import dev.firn.Tree;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageFixture;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The scrub finds all bit rot, ahead of readers, and keeps to its rate. */
final class ScrubTest {

  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final List<StoreProblem> told = new CopyOnWriteArrayList<>();

  private StoreOptions options() {
    return DamageFixture.options().toBuilder()
        .scrubInterval(Duration.ZERO)
        .problemListener(told::add)
        .build();
  }

  @Test
  void intactStore_nothingIsFoundAndAllOfItRead() {
    try (Store store = open(DamageFixture.compacted().image(), options())) {
      store.scrub();
      StoreHealth health = await(store, h -> h.scrub().passes() == 1);
      assertTrue(health.isHealthy(), health::toString);
      assertTrue(health.warnings().isEmpty(), health::toString);
      long values = store.stats().values().liveBytes();
      assertEquals(store.stats().tables().bytes() + values, health.scrub().bytesDone());
      assertEquals(health.scrub().bytesTotal(), health.scrub().bytesDone());
      assertFalse(health.scrub().running());
      assertTrue(health.scrub().lastFinished() != null);
    }
    assertEquals(List.of(), told);
  }

  @Test
  void everyDamagedTable_isFoundAndNamedOnce() {
    StoreImage image = DamageFixture.compacted().image();
    TreeSet<String> damaged = new TreeSet<>();
    for (String name : image.names()) {
      if (StoreImage.kind(name).equals("table") && damaged.size() < 3) {
        byte[] file = image.bytes(name);
        image = image.with(name, Damage.flipped(file, 100, 3).bytes());
        damaged.add(MemoryDisk.DIRECTORY.resolve(name).toString());
      }
    }
    assertTrue(damaged.size() > 1, "too few tables");
    try (Store store = open(image, options())) {
      store.scrub();
      await(store, h -> h.scrub().passes() == 1);
      store.scrub();
      StoreHealth health = await(store, h -> h.scrub().passes() == 2);
      assertFalse(health.isHealthy());
      assertNull(health.failure());
      TreeSet<String> found = new TreeSet<>();
      for (StoreProblem problem : health.damage()) {
        assertEquals(Kind.DAMAGE, problem.kind());
        found.add(((CorruptionException) problem.cause()).file());
      }
      assertEquals(damaged, found);
      assertEquals(damaged.size(), health.damage().size());
      assertEquals(health.damage(), told);
      store.tree("still takes writes").put(new byte[1], new byte[1]);
    }
  }

  /** A block that was read and found intact is read from the device again. */
  @Test
  void bitRotUnderAnOpenStore_isFoundUnasked() throws IOException {
    StoreOptions often =
        options().toBuilder()
            .scrubInterval(Duration.ofMillis(20))
            .scrubBytesPerSecond(Long.MAX_VALUE)
            .build();
    try (RealDisk disk = new RealDisk()) {
      DamageFixture fixture = DamageFixture.compacted();
      fixture.image().writeTo(disk.directory());
      try (Store store = disk.open(often)) {
        assertTrue(fixture.isWhole(store));
        await(store, h -> h.scrub().passes() >= 2);
        assertTrue(store.health().isHealthy());
        Path table = disk.directory().resolve(anyTable(disk.directory()));
        flip(table, 200);
        StoreHealth health = await(store, h -> !h.damage().isEmpty() && !told.isEmpty());
        CorruptionException e = (CorruptionException) health.damage().getFirst().cause();
        assertEquals(table.toRealPath().toString(), e.file());
        assertEquals(health.damage(), told);
      }
      disk.assertNothingOpen();
    }
  }

  @Test
  void rate_isKept() {
    try (Store store =
        open(
            DamageFixture.compacted().image(),
            options().toBuilder().scrubBytesPerSecond(256 << 10).build())) {
      long start = System.nanoTime();
      store.scrub();
      await(store, h -> h.scrub().passes() == 1);
      double seconds = (System.nanoTime() - start) / 1e9;
      double min = 0.9 * store.stats().tables().bytes() / (256 << 10);
      assertTrue(seconds >= min, () -> seconds + " s, and not " + min);
    }
  }

  @Test
  void close_endsASlowScrub() {
    MemoryDisk disk = new MemoryDisk(DamageFixture.compacted().image().toFileSystem());
    Store store = disk.open(options().toBuilder().scrubBytesPerSecond(1024).build());
    store.scrub();
    await(store, h -> h.scrub().bytesDone() > 0);
    long start = System.nanoTime();
    store.close();
    assertTrue(System.nanoTime() - start < 5_000_000_000L, "close waits for the scrub");
    assertEquals(0, store.health().scrub().passes());
    disk.assertNothingOpen();
  }

  @Test
  void damageThatAReaderMeets_isKnownToo() {
    StoreImage image = DamageFixture.compacted().image();
    for (String name : image.names()) {
      if (StoreImage.kind(name).equals("table")) {
        image = image.with(name, Damage.flipped(image.bytes(name), 50, 1).bytes());
      }
    }
    List<byte[]> keys = keys(DamageFixture.compacted().image());
    try (Store store = open(image, options())) {
      Tree tree = store.tree(store.treeNames().getFirst());
      int thrown = 0;
      for (byte[] key : keys) {
        try {
          tree.get(key);
        } catch (CorruptionException e) {
          thrown++;
        }
      }
      assertTrue(thrown > 0, "nothing was read of the damaged blocks");
      assertFalse(store.health().damage().isEmpty());
      assertEquals(store.health().damage(), told);
    }
    told.clear();
    try (Store store = open(image, options());
        Cursor cursor = store.tree(store.treeNames().getFirst()).cursor()) {
      assertThrows(CorruptionException.class, () -> keys(cursor));
      assertFalse(cursor.isValid());
      assertFalse(store.health().damage().isEmpty());
      assertEquals(store.health().damage(), told);
    }
  }

  private static List<byte[]> keys(StoreImage image) {
    try (Store store = open(image, DamageFixture.options());
        Cursor cursor = store.tree(store.treeNames().getFirst()).cursor()) {
      return keys(cursor);
    }
  }

  private static List<byte[]> keys(Cursor cursor) {
    List<byte[]> keys = new ArrayList<>();
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      keys.add(cursor.keyBytes());
    }
    return keys;
  }

  @Test
  void listenerThatThrows_hasNoEffect() {
    StoreOptions throwing =
        options().toBuilder()
            .problemListener(
                problem -> {
                  throw new IllegalStateException("from the listener");
                })
            .build();
    StoreImage image = DamageFixture.compacted().image();
    String name =
        image.names().stream()
            .filter(n -> StoreImage.kind(n).equals("table"))
            .findAny()
            .orElseThrow();
    try (Store store =
        open(image.with(name, Damage.flipped(image.bytes(name), 100, 0).bytes()), throwing)) {
      store.scrub();
      StoreHealth health = await(store, h -> h.scrub().passes() == 1);
      assertEquals(1, health.damage().size());
    }
  }

  private static Store open(StoreImage image, StoreOptions options) {
    return new MemoryDisk(image.toFileSystem()).open(options);
  }

  private static StoreHealth await(Store store, Predicate<StoreHealth> expected) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end) {
      StoreHealth health = store.health();
      if (expected.test(health)) {
        return health;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("still " + store.health());
  }

  private static String anyTable(Path directory) throws IOException {
    // Lists names only: opening and closing the lock file here would release the store's lock.
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> StoreImage.kind(name).equals("table"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int before = open.read();
      open.seek(at);
      open.write(before ^ 4);
    }
  }
}
