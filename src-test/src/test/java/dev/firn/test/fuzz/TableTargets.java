package dev.firn.test.fuzz;

import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FileName;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableParts;
import dev.firn.sstable.TableParts.Part;
import dev.firn.sstable.TableSeal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tables, read without a store: each part of a table replaced by any bytes, with right checksums
 * and offsets; and whole files with patches.
 */
final class TableTargets {

  private static final long NUMBER = 7;

  private record Seed(byte[] file, long number, TableParts parts, List<Integer> ends) {

    static Seed of(byte[] file, long number) {
      return new Seed(file, number, TableParts.of(file, number), TableSeal.ends(file, number));
    }
  }

  private static final List<Seed> SEEDS = seeds();

  private TableTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        new FuzzTarget("block", () -> blocks(false), input -> readBlock(input, false)),
        new FuzzTarget("lz4", () -> blocks(true), input -> readBlock(input, true)),
        part("index", Part.INDEX),
        part("filter", Part.FILTER),
        part("ranges", Part.RANGES),
        part("properties", Part.PROPERTIES),
        part("footer", Part.FOOTER),
        new FuzzTarget("table", TableTargets::patches, TableTargets::readPatched));
  }

  private static List<Seed> seeds() {
    List<Seed> seeds = new ArrayList<>();
    for (var image : Seeds.IMAGES) {
      for (String name : image.names()) {
        FileName.tableNumber(name)
            .ifPresent(number -> seeds.add(Seed.of(image.bytes(name), number)));
      }
    }
    return seeds;
  }

  /** The count of seeds that are sound tables when they are assembled again, by part. */
  static Map<Part, Integer> soundSeeds() {
    Map<Part, Integer> sound = new EnumMap<>(Part.class);
    for (Seed seed : SEEDS) {
      for (Part part : Part.values()) {
        byte[] content = seed.parts.content(part, 0);
        boolean isSound =
            content.length > 0 && TableReading.of(seed.parts.table(part, 0, content), seed.number);
        sound.merge(part, isSound ? 1 : 0, Integer::sum);
      }
    }
    return sound;
  }

  /** The count of seeds of blocks that are sound tables of one block. */
  static int soundBlocks(boolean compressed) {
    int sound = 0;
    for (byte[] content : blocks(compressed)) {
      sound += readBlock(content, compressed) ? 1 : 0;
    }
    return sound;
  }

  static int seedCount() {
    return SEEDS.size();
  }

  private static List<byte[]> blocks(boolean compressed) {
    List<byte[]> contents = new ArrayList<>();
    for (Seed seed : SEEDS) {
      for (int i = 0; i < seed.parts.blocks(); i++) {
        if (seed.parts.isCompressed(i) == compressed) {
          contents.add(seed.parts.content(Part.BLOCK, i));
        }
      }
    }
    return contents;
  }

  /**
   * A table of one block. Its right properties are known only after it was read once: the second
   * table is made with them and verifies if the block is sound.
   */
  private static boolean readBlock(byte[] content, boolean compressed) {
    TableMetadata any = metadata(List.of(new TableEntry(new byte[4], 0, 0, 0)));
    byte[] first = TableParts.single(content, compressed, any);
    Optional<TableWalk> walk = TableReading.walk(first, NUMBER);
    boolean whole = walk.isPresent() && !walk.get().isCutShort();
    byte[] second =
        whole ? TableParts.single(content, compressed, metadata(walk.get().entries())) : first;
    return TableReading.of(second, NUMBER);
  }

  private static TableMetadata metadata(List<TableEntry> entries) {
    long deletions = 0;
    long bytes = 0;
    long smallest = Long.MAX_VALUE;
    long largest = 0;
    for (TableEntry entry : entries) {
      deletions += SequenceNumber.kindCode(entry.trailer()) == ValueKind.DELETE.code() ? 1 : 0;
      bytes += entry.key().length + entry.valueLength();
      smallest = Math.min(smallest, SequenceNumber.sequence(entry.trailer()));
      largest = Math.max(largest, SequenceNumber.sequence(entry.trailer()));
    }
    return new TableMetadata(
        NUMBER,
        0,
        entries.getFirst().key(),
        entries.getLast().key(),
        new EntryStats(entries.size(), deletions, bytes, smallest, largest));
  }

  /** Input: seed, then the part. */
  private static FuzzTarget part(String name, Part part) {
    return new FuzzTarget(
        name,
        () -> {
          List<byte[]> inputs = new ArrayList<>();
          for (int i = 0; i < SEEDS.size(); i++) {
            inputs.add(Inputs.join(new byte[] {(byte) i}, SEEDS.get(i).parts.content(part, 0)));
          }
          return inputs;
        },
        input -> {
          if (input.length > 1) {
            Seed seed = SEEDS.get((input[0] & 0xff) % SEEDS.size());
            byte[] content = Arrays.copyOfRange(input, 1, input.length);
            TableReading.of(seed.parts.table(part, 0, content), seed.number);
          }
        });
  }

  private static List<byte[]> patches() {
    List<byte[]> inputs = new ArrayList<>();
    for (int i = 0; i < SEEDS.size(); i++) {
      inputs.add(new byte[] {(byte) i, 0, 0, 40, 0, 1});
    }
    return inputs;
  }

  /** Input: seed, whether to seal, then {@link Patched patches}. */
  private static void readPatched(byte[] data) {
    if (data.length < 2) {
      return;
    }
    ByteBuffer input = ByteBuffer.wrap(data);
    Seed seed = SEEDS.get((input.get() & 0xff) % SEEDS.size());
    boolean sealed = (input.get() & 1) == 0;
    byte[] patched = Patched.of(seed.file, input);
    if (sealed) {
      TableSeal.seal(patched, seed.number, seed.ends);
    }
    TableReading.of(patched, seed.number);
  }
}
