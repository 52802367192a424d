package dev.firn.test.jmh;

import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.RealFileSystem;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableOptions;
import dev.firn.sstable.TableWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tables in a folder of their own, which is deleted with them.
 *
 * <p><b>Ownership.</b> Owns the tables it made.
 */
final class TableFiles implements AutoCloseable {

  private final RealFileSystem fileSystem = new RealFileSystem();
  private final BlockCache cache = new BlockCache(0);
  private final List<Table> tables = new ArrayList<>();
  private final Path folder;

  TableFiles() throws IOException {
    folder = Files.createTempDirectory("firn-jmh");
  }

  /** A table of {@code count} numbers from {@code first} on, {@code step} apart. */
  Table write(long first, long step, long count) {
    long number = tables.size() + 1L;
    try (Arena arena = Arena.ofConfined();
        TableWriter writer = new TableWriter(fileSystem, folder, number, TableOptions.DEFAULT)) {
      Entries entries = new Entries(arena);
      MemorySegment value = arena.allocate(Entries.VALUE_BYTES);
      for (long i = 0; i < count; i++) {
        long trailer = SequenceNumber.trailer(i + 1, ValueKind.PUT.code());
        MemorySegment key = entries.key(first + i * step);
        writer.add(key, 0, Entries.KEY_BYTES, trailer, value, 0, Entries.VALUE_BYTES);
      }
      writer.finish();
    }
    Table table = Table.open(fileSystem, folder, number, cache);
    tables.add(table);
    return table;
  }

  @Override
  public void close() {
    tables.forEach(
        table -> {
          table.markObsolete();
          table.release();
        });
    cache.close();
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
