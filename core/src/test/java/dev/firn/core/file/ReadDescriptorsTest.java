package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.StorageException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadDescriptorsTest {

  private static final int BOUND = 4;
  private static final int FILES = 20;

  @TempDir Path folder;

  private final ReadDescriptors descriptors = new ReadDescriptors(BOUND);
  private final RealFileSystem fs = new RealFileSystem(descriptors);
  private final List<ReadFile> open = new ArrayList<>();

  private void openAll() throws IOException {
    for (int i = 0; i < FILES; i++) {
      Path file = folder.resolve("file" + i);
      Files.write(file, new byte[] {1, (byte) i});
      open.add(fs.openRead(file));
    }
  }

  private static int second(ReadFile file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(1);
      file.read(1, target, 0, 1);
      return target.get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  @Test
  void bound_isKept() throws IOException {
    openAll();
    assertTrue(descriptors.count() <= BOUND);
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      int at = random.nextInt(FILES);
      assertEquals(at, second(open.get(at)));
      assertTrue(descriptors.count() <= BOUND);
    }
    open.forEach(ReadFile::close);
    open.forEach(ReadFile::close);
    assertEquals(0, descriptors.count());
    assertThrows(IllegalStateException.class, () -> second(open.getFirst()));
  }

  @Test
  void mapping_needsNoDescriptor() throws IOException {
    openAll();
    for (int i = 0; i < FILES; i++) {
      open.get(i).map();
    }
    for (int i = 0; i < FILES; i++) {
      assertEquals(i, open.get(i).map().get(ValueLayout.JAVA_BYTE, 1));
    }
    assertTrue(descriptors.count() <= BOUND);
    open.forEach(ReadFile::close);
  }

  @Test
  void threads_readEverything() throws Exception {
    openAll();
    AtomicInteger wrong = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Random random = new Random(t);
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 2000; i++) {
                      int at = random.nextInt(FILES);
                      wrong.addAndGet(second(open.get(at)) == at ? 0 : 1);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(0, wrong.get());
    open.forEach(ReadFile::close);
    assertEquals(0, descriptors.count());
  }

  /** A file that was closed meanwhile must still be the same when it is opened again. */
  @Test
  void replacedFile_isRefused() throws IOException {
    openAll();
    Path other = folder.resolve("other");
    Files.write(other, new byte[] {1, 99});
    Files.move(other, folder.resolve("file0"), StandardCopyOption.REPLACE_EXISTING);
    Files.delete(folder.resolve("file1"));
    for (int file : new int[] {0, 1}) {
      for (int i = 2; i < FILES; i++) {
        second(open.get(i));
      }
      StorageException e = assertThrows(StorageException.class, () -> second(open.get(file)));
      assertTrue(e.getMessage().contains("file" + file), e::getMessage);
      assertThrows(StorageException.class, () -> open.get(file).map());
    }
    open.forEach(ReadFile::close);
    assertEquals(0, descriptors.count());
  }

  @Test
  void tooManyOpenFiles_closesAllAndTriesAgain() throws IOException {
    openAll();
    AtomicInteger calls = new AtomicInteger();
    int opened =
        descriptors.retrying(
            () -> {
              if (calls.incrementAndGet() == 1) {
                throw new FileSystemException("file", null, "Too many open files");
              }
              return 7;
            });
    assertEquals(7, opened);
    assertEquals(0, descriptors.count());
    assertEquals(3, second(open.get(3)));
    open.forEach(ReadFile::close);
  }

  @Test
  void bound_ofLimits() {
    String table =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             95000                95000                processes
        Max open files            %s                 %s                files
        """;
    assertEquals(50, ReadDescriptors.bound(table.formatted("200", "200")));
    assertEquals(8, ReadDescriptors.bound(table.formatted("20", "20")));
    assertEquals(16_384, ReadDescriptors.bound(table.formatted("1048576", "1048576")));
    assertEquals(256, ReadDescriptors.bound(table.formatted("1024", "unlimited")));
    assertEquals(16_384, ReadDescriptors.bound(table.formatted("unlimited", "unlimited")));
    assertEquals(256, ReadDescriptors.bound(""));
  }
}
