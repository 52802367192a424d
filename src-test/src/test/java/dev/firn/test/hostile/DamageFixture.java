package dev.firn.test.hostile;

import dev.firn.Compression;
import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.wal.JournalFormat;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * A small store to be damaged, with files of every kind and of most of what they can hold: tables
 * of several runs and two levels, with and without compression; three trees and one that was
 * dropped; deletions, overwritten keys, empty values, one that needs a journal segment of its own;
 * several journal segments that are in no table.
 *
 * @param name how it was left
 * @param image its files
 * @param past its files at some earlier moments, the latest last
 * @param otherBoot whether the machine was restarted since
 * @param states what the store held after each batch, see {@link Contents#digest}; the last is what
 *     it holds
 * @param provable the first of the states that damage to a journal may bring back, because its
 *     files do not say that later ones were acknowledged
 */
record DamageFixture(
    String name,
    StoreImage image,
    List<StoreImage> past,
    boolean otherBoot,
    List<Long> states,
    int provable) {

  private static final int BATCHES = 100;

  /** How many earlier moments are kept. */
  private static final int PAST = 6;

  private static final List<String> TREES = List.of("a", "bb", "c c");

  static StoreOptions options() {
    return StoreOptions.builder()
        .journalSegmentBytes(16 << 10)
        .blockBytes(256)
        .tableBytes(8 << 10)
        .blockCacheBytes(64 << 10)
        .scrubInterval(Duration.ZERO)
        .syncInterval(Duration.ZERO)
        .build();
  }

  /** One of each way to leave a store. */
  static List<DamageFixture> all() {
    return List.of(killed(), closed(), cut());
  }

  /** Its process was killed: only the last record can be a torn one. */
  static DamageFixture killed() {
    return new Builder().build("killed", false);
  }

  /** It was closed. */
  static DamageFixture closed() {
    return new Builder().build("closed", false);
  }

  /** The power was cut, and nothing survived that was not synced. */
  static DamageFixture cut() {
    return new Builder().build("cut", true);
  }

  /** A file system that holds it. Making one is dear, {@code processKillClone} of it is cheap. */
  MemoryFileSystem files() {
    MemoryFileSystem files = image.toFileSystem();
    return otherBoot ? files.crashCloneSyncedOnly() : files;
  }

  /** The state in which it is undamaged. */
  int last() {
    return states.size() - 1;
  }

  /** The journal segment that was put to use last; empty when there is none. */
  String newestJournal() {
    String newest = "";
    for (String file : image.names()) {
      byte[] bytes = image.bytes(file);
      if (StoreImage.kind(file).equals("journal")
          && (bytes[JournalFormat.FIRST_SEQUENCE_AT] | bytes[JournalFormat.BOOT_ID_AT]) != 0) {
        newest = file;
      }
    }
    return newest;
  }

  /** Keeps it for later slices of a campaign. */
  void save(Path file) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (DataOutputStream out =
        new DataOutputStream(new DeflaterOutputStream(Files.newOutputStream(temporary)))) {
      out.writeUTF(name);
      out.writeBoolean(otherBoot);
      out.writeInt(provable);
      out.writeInt(states.size());
      for (long state : states) {
        out.writeLong(state);
      }
      write(image, out);
      out.writeInt(past.size());
      for (StoreImage earlier : past) {
        write(earlier, out);
      }
    }
    Files.move(temporary, file);
  }

  private static void write(StoreImage image, DataOutputStream out) throws IOException {
    out.writeInt(image.names().size());
    for (String name : image.names()) {
      byte[] bytes = image.bytes(name);
      out.writeUTF(name);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static StoreImage read(DataInputStream in) throws IOException {
    StoreImage image = StoreImage.of(new MemoryFileSystem(), Path.of("/"));
    for (int i = in.readInt(); i > 0; i--) {
      image = image.with(in.readUTF(), in.readNBytes(in.readInt()));
    }
    return image;
  }

  /** What {@link #save} kept. */
  static DamageFixture load(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(Files.newInputStream(file)))) {
      String name = in.readUTF();
      boolean otherBoot = in.readBoolean();
      int provable = in.readInt();
      List<Long> states = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        states.add(in.readLong());
      }
      StoreImage image = read(in);
      List<StoreImage> past = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        past.add(read(in));
      }
      return new DamageFixture(name, image, past, otherBoot, states, provable);
    }
  }

  /** Writes the store. */
  private static final class Builder {

    private final Random random = new Random(42);
    private final MemoryDisk disk = new MemoryDisk();
    private final List<Long> states = new ArrayList<>();
    private final List<StoreImage> past = new ArrayList<>();
    private final NavigableMap<String, NavigableMap<byte[], byte[]>> model = new TreeMap<>();

    Builder() {
      TREES.forEach(tree -> model.put(tree, Contents.emptyTree()));
      states.add(Contents.digest(new TreeMap<>()));
      TreeMap<String, NavigableMap<byte[], byte[]>> some = new TreeMap<>();
      for (String tree : TREES) {
        some.put(tree, Contents.emptyTree());
        states.add(Contents.digest(some));
      }
    }

    DamageFixture build(String name, boolean cut) {
      try (Store store = disk.open(options())) {
        write(store, BATCHES / 3);
        store.compact();
        store.tree("dropped").put(new byte[1], new byte[300]);
        write(store, BATCHES / 6);
        store.flush();
        store.dropTree("dropped");
      }
      CountDownLatch taken = new CountDownLatch(1);
      try (Store store = disk.open(options().toBuilder().compression(Compression.LZ4).build())) {
        write(store, BATCHES / 3);
        store.flush();
        // From here on journals stay, as if the flush took long.
        disk.files().failBefore((operation, path) -> holdTables(operation, path, taken));
        try {
          int provable = fillJournals(store);
          if (cut) {
            return finish(name, disk.files().crashCloneSyncedOnly(), provable);
          } else if (name.equals("killed")) {
            return finish(name, disk.files().processKillClone(), states.size() - 2);
          }
        } finally {
          taken.countDown();
        }
      }
      return finish(name, disk.files(), states.size() - 1);
    }

    /** Returns the last state of which a later record says that it was synced. */
    private int fillJournals(Store store) {
      store.tree("a").put(bytes("large"), new byte[17_000], Durability.SYNCED);
      model.get("a").put(bytes("large"), new byte[17_000]);
      keepState();
      while (store.stats().memory().frozenMemTables() < 2) {
        write(store, 1);
      }
      store.sync();
      write(store, 3);
      store.sync();
      int provable = states.size() - 1;
      write(store, 3);
      store.sync();
      return provable;
    }

    private static void holdTables(FileOperation operation, Path path, CountDownLatch until) {
      if (operation == FileOperation.CREATE && path.toString().contains(".table")) {
        try {
          until.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private DamageFixture finish(String name, MemoryFileSystem files, int provable) {
      StoreImage image = StoreImage.of(files, MemoryDisk.DIRECTORY);
      List<StoreImage> earlier = past.subList(Math.max(0, past.size() - PAST), past.size());
      return new DamageFixture(
          name, image, earlier, name.equals("cut"), List.copyOf(states), provable);
    }

    private void write(Store store, int batches) {
      for (int i = 0; i < batches; i++) {
        WriteBatch batch = new WriteBatch();
        for (int entries = 1 + random.nextInt(3); entries > 0; entries--) {
          add(store, batch, TREES.get(random.nextInt(TREES.size())));
        }
        store.write(batch);
        keepState();
        if (states.size() % 8 == 3) {
          past.add(StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY));
        }
      }
    }

    private void add(Store store, WriteBatch batch, String name) {
      Tree tree = store.tree(name);
      byte[] key = bytes("key " + random.nextInt(120));
      if (random.nextInt(5) == 0) {
        batch.delete(tree, key);
        model.get(name).remove(key);
      } else {
        byte[] value = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(250)];
        if (random.nextBoolean()) {
          random.nextBytes(value);
        }
        batch.put(tree, key, value);
        model.get(name).put(key, value);
      }
    }

    private void keepState() {
      states.add(Contents.digest(model));
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
