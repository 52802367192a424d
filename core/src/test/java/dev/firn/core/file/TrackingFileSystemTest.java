package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.error.StorageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackingFileSystemTest {

  private static final Path FOLDER = Path.of("/store");

  private final MemoryFileSystem memory = new MemoryFileSystem();
  private final TrackingFileSystem files = new TrackingFileSystem(memory) {};

  @BeforeEach
  void create() {
    files.createDirectories(FOLDER);
  }

  private List<String> open() {
    return memory.openFiles().stream()
        .map(file -> String.valueOf(file.path().getFileName()))
        .sorted()
        .toList();
  }

  @Test
  void close_closesWhatIsOpen() {
    AppendFile append = files.create(FOLDER.resolve("a"));
    files.allocate(FOLDER.resolve("m"), 4096);
    MappedFile mapped = files.map(FOLDER.resolve("m"));
    LockFile lock = files.lock(FOLDER.resolve("l"));
    AppendFile closed = files.create(FOLDER.resolve("c"));
    closed.close();
    ReadFile read = files.openRead(FOLDER.resolve("c"));
    assertEquals(List.of("a", "c", "l", "m"), open());

    files.close();
    assertEquals(List.of(), open());
    // Each of them may be closed by its user later.
    append.close();
    mapped.close();
    lock.close();
    read.close();
    files.close();
  }

  @Test
  void fileThatCannotBeOpened_isNotKept() {
    assertThrows(StorageException.class, () -> files.openRead(FOLDER.resolve("missing")));
    files.close();
  }
}
