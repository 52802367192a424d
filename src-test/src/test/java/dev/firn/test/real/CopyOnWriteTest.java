package dev.firn.test.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.StoreProblem;
import dev.firn.core.file.ForwardingFileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A store's warning about the kind of its file system. The campaign uses a real one. */
final class CopyOnWriteTest {

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final List<StoreProblem> told = new CopyOnWriteArrayList<>();
  private final StoreOptions options =
      TinyOptions.smallest().toBuilder().problemListener(told::add).build();

  @Test
  void copyOnWrite_isWarnedOfAtEachOpening() {
    MemoryDisk disk = new MemoryDisk(files, new Kind(files, Optional.of("btrfs")));
    for (int i = 1; i <= 2; i++) {
      try (Store store = disk.open(options)) {
        List<StoreProblem> warnings = store.health().warnings();
        assertEquals(1, warnings.size());
        String line = warnings.getFirst().toString();
        assertTrue(line.contains("btrfs") && line.contains(MemoryDisk.DIRECTORY.toString()), line);
        assertTrue(store.health().isHealthy());
        assertEquals(i, told.size());
      }
    }
  }

  @Test
  void otherKinds_areFine() {
    MemoryDisk disk = new MemoryDisk(files, new Kind(files, Optional.empty()));
    try (Store store = disk.open(options)) {
      assertEquals(List.of(), store.health().warnings());
    }
  }

  private static final class Kind extends ForwardingFileSystem {

    private final Optional<String> kind;

    Kind(MemoryFileSystem files, Optional<String> kind) {
      super(files);
      this.kind = kind;
    }

    @Override
    public Optional<String> copyOnWriteKind(Path directory) {
      return kind;
    }
  }
}
