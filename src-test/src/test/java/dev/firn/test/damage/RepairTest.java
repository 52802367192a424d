package dev.firn.test.damage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Compression;
import dev.firn.KeyRange;
import dev.firn.RepairReport;
import dev.firn.RepairReport.Loss;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.StorageException;
import dev.firn.error.StoreLockedException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stores with damage of every kind are repaired: what is not reported as possibly lost is there
 * with the right value, and nothing else is.
 */
final class RepairTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path REPAIRED = Path.of("/repaired");
  private static final int KEYS = 400;
  private static final long MILLIS_PER_KIND = 700;

  /** A kind of damage. */
  enum Kind {
    NONE,
    TABLE_FLIPPED,
    TABLE_END_FLIPPED,
    TABLE_CUT,
    TABLE_MISSING,
    CURRENT_MISSING,
    CURRENT_FLIPPED,
    MANIFEST_MISSING,
    MANIFEST_CUT,
    MANIFEST_FLIPPED,
    JOURNAL_MISSING,
    JOURNAL_FLIPPED,
    SEVERAL
  }

  private static StoreOptions options(long seed) {
    return TinyOptions.smallest().toBuilder()
        .scrubInterval(Duration.ZERO)
        .compression(seed % 2 == 0 ? Compression.NONE : Compression.LZ4)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotReported_isThere(Kind kind) {
    Seed.runFor(MILLIS_PER_KIND, seed -> Deadline.call(LIMIT, () -> new Round(seed).run(kind)));
  }

  /** A store in memory, its model, and its damaged files. */
  private static final class Round {

    private final long seed;
    private final Random random;
    private final Map<String, String> model = new TreeMap<>();
    private int version;
    private StoreImage image;

    Round(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.image = StoreImage.of(fill(), MemoryDisk.DIRECTORY);
    }

    private MemoryFileSystem fill() {
      MemoryDisk disk = new MemoryDisk();
      MemoryFileSystem killed;
      try (Store store = disk.open(options(seed))) {
        write(store, 300 + random.nextInt(1200));
        store.tree("dropped").put(new byte[] {1}, new byte[3000]);
        if (random.nextBoolean()) {
          store.compact();
        }
        write(store, random.nextInt(900));
        store.flush();
        store.dropTree("dropped");
        write(store, random.nextInt(200));
        killed = disk.files().processKillClone();
      }
      return random.nextInt(4) == 0 ? disk.files() : killed;
    }

    private void write(Store store, int count) {
      for (int i = 0; i < count; i++) {
        String key = random.nextInt(2) + "/" + (1000 + random.nextInt(KEYS));
        Tree tree = store.tree(key.substring(0, 1));
        if (random.nextInt(60) == 0) {
          String end = key.substring(0, 2) + (1000 + random.nextInt(KEYS));
          tree.deleteRange(KeyRange.closedOpen(key.getBytes(US_ASCII), end.getBytes(US_ASCII)));
          model.keySet().removeIf(k -> k.compareTo(key) >= 0 && k.compareTo(end) < 0);
        } else if (random.nextInt(3) == 0) {
          tree.delete(key.getBytes(US_ASCII));
          model.remove(key);
        } else {
          String value = "v" + ++version + "x".repeat(random.nextInt(60));
          tree.put(key.getBytes(US_ASCII), value.getBytes(US_ASCII));
          model.put(key, value);
        }
      }
    }

    Void run(Kind kind) {
      int damages = kind == Kind.SEVERAL ? 2 + random.nextInt(3) : 1;
      List<String> done = new ArrayList<>();
      for (int i = 0; i < damages; i++) {
        Kind one =
            kind == Kind.SEVERAL
                ? Kind.values()[1 + random.nextInt(Kind.values().length - 2)]
                : kind;
        done.add(damage(one));
      }
      MemoryFileSystem files = image.toFileSystem();
      boolean inPlace = random.nextInt(3) == 0;
      Path to = inPlace ? MemoryDisk.DIRECTORY : REPAIRED;
      RepairReport report = StoreAccess.repair(MemoryDisk.DIRECTORY, to, files);
      if (!inPlace) {
        assertEquals(
            List.of(), StoreImage.of(files, MemoryDisk.DIRECTORY).differences(image), "changed");
      }
      assertTrue(files.openFiles().isEmpty(), () -> "open: " + files.openFiles());
      if (kind == Kind.NONE) {
        assertTrue(report.wasIntact(), report::toString);
        assertEquals(List.of(), report.losses());
      }
      for (int i = 0; i < 2; i++) {
        try (Store store = StoreAccess.open(to, options(seed), files)) {
          int covered = check(store, report, done);
          if (i == 0) {
            System.out.println(
                done + ": " + report.losses().size() + " losses, " + covered + " keys");
          }
          assertTrue(store.verify().isIntact(), () -> done + ": " + store.verify());
          store.tree("new").put(new byte[1], new byte[1]);
          store.compact();
          check(store, report, done);
        }
      }
      return null;
    }

    /** Compares all keys with the model; returns how many of them may be lost. */
    private int check(Store store, RepairReport report, List<String> done) {
      int covered = 0;
      if (report.manifestRebuilt() && done.stream().anyMatch(d -> d.endsWith("table missing"))) {
        return covered; // nothing names that table
      }
      for (int tree = 0; tree < 2; tree++) {
        for (int i = 0; i < KEYS; i++) {
          String key = tree + "/" + (1000 + i);
          if (report.losses().stream().anyMatch(loss -> covers(loss, key))) {
            covered++;
          } else {
            byte[] value = store.tree("" + tree).get(key.getBytes(US_ASCII));
            assertEquals(
                model.get(key),
                value == null ? null : new String(value, US_ASCII),
                () -> done + ": " + key + ", " + report);
          }
        }
      }
      return covered;
    }

    private static boolean covers(Loss loss, String key) {
      byte[] bytes = key.getBytes(US_ASCII);
      byte[] from = loss.from();
      byte[] to = loss.to();
      return loss.tree() == null
          || (loss.tree().equals(key.substring(0, 1))
              && (from == null || Arrays.compareUnsigned(from, bytes) <= 0)
              && (to == null || Arrays.compareUnsigned(bytes, to) <= 0));
    }

    private String damage(Kind kind) {
      return switch (kind) {
        case NONE, SEVERAL -> "nothing";
        case TABLE_FLIPPED -> flip("table", random.nextInt(1 << 20));
        case TABLE_END_FLIPPED -> flip("table", -1 - random.nextInt(400));
        case TABLE_CUT, MANIFEST_CUT -> cut(kind == Kind.TABLE_CUT ? "table" : "manifest");
        case TABLE_MISSING -> remove("table");
        case CURRENT_MISSING -> remove("CURRENT");
        case CURRENT_FLIPPED -> flip("CURRENT", random.nextInt(20));
        case MANIFEST_MISSING -> remove("manifest");
        case MANIFEST_FLIPPED -> flip("manifest", random.nextInt(1 << 20));
        case JOURNAL_MISSING -> remove("journal");
        case JOURNAL_FLIPPED -> flip("journal", random.nextInt(random.nextBoolean() ? 200 : 16384));
      };
    }

    private String name(String kind) {
      List<String> names =
          image.names().stream().filter(name -> StoreImage.kind(name).equals(kind)).toList();
      return names.isEmpty() ? "" : names.get(random.nextInt(names.size()));
    }

    private String flip(String kind, int place) {
      String name = name(kind);
      if (name.isEmpty() || image.bytes(name).length == 0) {
        return "nothing";
      }
      byte[] bytes = image.bytes(name);
      int at = Math.floorMod(place, bytes.length);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      image = image.with(name, bytes);
      return name + " flipped at " + at + " of " + bytes.length;
    }

    private String cut(String kind) {
      String name = name(kind);
      if (name.isEmpty()) {
        return "nothing";
      }
      byte[] bytes = image.bytes(name);
      int length = random.nextInt(bytes.length + 1);
      image = image.with(name, Arrays.copyOf(bytes, length));
      return name + " cut to " + length + " of " + bytes.length;
    }

    private String remove(String kind) {
      String name = name(kind);
      if (name.isEmpty()) {
        return "nothing";
      }
      image = image.without(name);
      return name + " missing";
    }
  }

  @Test
  void openStore_andFolderInUse_areRefused() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(options(0))) {
      store.tree("t").put(new byte[1], new byte[1]);
      assertThrows(
          StoreLockedException.class,
          () -> StoreAccess.repair(MemoryDisk.DIRECTORY, REPAIRED, disk.files()));
    }
    assertFalse(disk.files().exists(REPAIRED));
    disk.files().createDirectories(REPAIRED.resolve("other"));
    assertThrows(
        StorageException.class,
        () -> StoreAccess.repair(MemoryDisk.DIRECTORY, REPAIRED, disk.files()));
    assertThrows(
        StorageException.class,
        () -> StoreAccess.repair(Path.of("/none"), Path.of("/other"), disk.files()));
  }
}
