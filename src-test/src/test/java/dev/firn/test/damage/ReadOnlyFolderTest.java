package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.fixture.DamageOracle;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders without write permission: a clear error names the path, and nothing changes. */
final class ReadOnlyFolderTest {

  private static final Set<FileOperation> READING =
      EnumSet.of(
          FileOperation.EXISTS,
          FileOperation.LIST,
          FileOperation.SIZE,
          FileOperation.OPEN_READ,
          FileOperation.READ);

  @Test
  void readOnlyFileSystem_refusesToOpenAndTouchesNothing() {
    for (DamageFixture fixture : List.of(DamageFixture.closed(), DamageFixture.killed())) {
      MemoryFileSystem files = fixture.image().toFileSystem();
      MemoryDisk disk = new MemoryDisk(files);
      files.failBefore(ReadOnlyFolderTest::refuseChanges);
      StorageException e =
          assertThrows(StorageException.class, () -> disk.open(DamageFixture.options()));
      DamageOracle.assertNamesFile(e);
      disk.assertNothingOpen();
      files.failBefore((operation, path) -> {});
      assertEquals(
          List.of(), fixture.image().differences(StoreImage.of(files, MemoryDisk.DIRECTORY)));
    }
  }

  private static void refuseChanges(FileOperation operation, Path path) {
    if (!READING.contains(operation)) {
      throw new StorageException(path, "is read-only, says the test", null);
    }
  }

  @Test
  void folderOfTheKernel_refusesToOpen() {
    Path folder = Path.of("/proc/firn-test");
    Assumptions.assumeTrue(folder.getParent().toFile().isDirectory());
    FirnException e = assertThrows(FirnException.class, () -> Store.open(folder));
    assertTrue(e.getMessage().contains(folder.toString()), e::getMessage);
  }

  @Test
  void folderWithoutPermission_refusesToOpen(@TempDir Path folder) {
    Path store = folder.resolve("store");
    Store.open(store).close();
    assertTrue(store.toFile().setWritable(false));
    // The superuser may write all the same.
    Assumptions.assumeFalse(store.toFile().canWrite());
    try {
      FirnException e = assertThrows(FirnException.class, () -> Store.open(store));
      assertTrue(e.getMessage().contains(store.toString()), e::getMessage);
    } finally {
      assertTrue(store.toFile().setWritable(true));
    }
  }
}
