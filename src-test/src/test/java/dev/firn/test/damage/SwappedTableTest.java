package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.AppendFile;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Two copies of a store that both were written on, and then a table of the one in place of the
 * table of the other with the same number, size and keys: damage, never an answer.
 */
final class SwappedTableTest {

  private final StoreImage ours;
  private final StoreImage theirs;
  private final String table;

  SwappedTableTest() {
    StoreImage common = written(new MemoryFileSystem(), "old");
    ours = written(common.toFileSystem(), "new");
    theirs = written(common.toFileSystem(), "bad");
    List<String> tables =
        ours.names().stream().filter(name -> StoreImage.kind(name).equals("table")).toList();
    assertEquals(1, tables.size());
    table = tables.getFirst();
    assertTrue(theirs.names().contains(table));
    assertEquals(ours.bytes(table).length, theirs.bytes(table).length);
  }

  private static StoreImage written(MemoryFileSystem files, String value) {
    try (Store store = new MemoryDisk(files).open(StoreOptions.defaults())) {
      Tree tree = store.tree("accounts");
      for (int i = 0; i < 1000; i++) {
        tree.put(key(i), bytes(value + i % 10));
      }
      store.compact();
    }
    return StoreImage.of(files, MemoryDisk.DIRECTORY);
  }

  private static byte[] key(int i) {
    return bytes("key%04d".formatted(i));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void otherTable_whileClosed_isRefused() {
    MemoryDisk disk = new MemoryDisk(ours.with(table, theirs.bytes(table)).toFileSystem());
    try (Store store = disk.open(StoreOptions.defaults())) {
      for (int i = 0; i < 2; i++) {
        CorruptionException e =
            assertThrows(CorruptionException.class, () -> store.tree("accounts").get(key(7)));
        assertTrue(e.file().endsWith(table), e.getMessage());
      }
      assertFalse(store.verify().isIntact());
    }
    disk.assertNothingOpen();
  }

  /** As a copy over the file does that was interrupted. */
  @Test
  void otherBlocks_areRefused() {
    byte[] mixed = ours.bytes(table);
    byte[] other = theirs.bytes(table);
    assertFalse(Arrays.equals(mixed, 0, 4096, other, 0, 4096));
    System.arraycopy(other, 0, mixed, 0, mixed.length / 2);
    MemoryDisk disk = new MemoryDisk(ours.with(table, mixed).toFileSystem());
    try (Store store = disk.open(StoreOptions.defaults())) {
      CorruptionException e =
          assertThrows(CorruptionException.class, () -> store.tree("accounts").get(key(7)));
      assertTrue(e.file().endsWith(table), e.getMessage());
      assertFalse(store.verify().isIntact());
    }
  }

  @Test
  void otherTable_whileOpen_isReported() {
    MemoryDisk disk = new MemoryDisk(ours.toFileSystem());
    try (Store store = disk.open(StoreOptions.defaults())) {
      Tree tree = store.tree("accounts");
      assertEquals("new7", new String(tree.get(key(7)), StandardCharsets.US_ASCII));
      assertTrue(store.verify().isIntact());
      replace(disk.files(), theirs.bytes(table));
      CorruptionException damage = store.verify().damage();
      assertTrue(damage != null && damage.file().endsWith(table));
      assertEquals(1, store.health().damage().size());
    }
  }

  @Test
  void otherTable_whileOpen_isFoundByScrub() throws InterruptedException {
    MemoryDisk disk = new MemoryDisk(ours.toFileSystem());
    try (Store store = disk.open(StoreOptions.defaults())) {
      replace(disk.files(), theirs.bytes(table));
      store.scrub();
      while (store.health().scrub().passes() == 0) {
        Thread.sleep(1);
      }
      assertTrue(String.valueOf(store.health().damage()).contains(table));
    }
  }

  private void replace(MemoryFileSystem files, byte[] bytes) {
    Path path = MemoryDisk.DIRECTORY.resolve(table);
    Path other = path.resolveSibling("other");
    try (AppendFile file = files.create(other);
        Arena arena = Arena.ofConfined()) {
      file.append(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), 0, bytes.length);
    }
    files.rename(other, path);
  }
}
