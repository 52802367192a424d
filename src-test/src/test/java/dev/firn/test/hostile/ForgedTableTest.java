package dev.firn.test.hostile;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreProblem;
import dev.firn.Tree;
import dev.firn.core.file.FileName;
import dev.firn.sstable.TableParts;
import dev.firn.sstable.TableParts.Part;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A forged table with right checksums: the failure names the table. */
final class ForgedTableTest {

  /** Each byte of a block is changed, which also makes keys that do not ascend. */
  @Test
  void compaction_ofForgedBlock_namesTable() {
    StoreImage image = store();
    String name =
        image.names().stream().filter(n -> StoreImage.kind(n).equals("table")).findFirst().get();
    long number = FileName.tableNumber(name).orElseThrow();
    TableParts parts = TableParts.of(image.bytes(name), number);
    byte[] block = parts.content(Part.BLOCK, 0);
    int refused = 0;
    for (int i = 0; i < block.length; i++) {
      byte[] forged = block.clone();
      forged[i] ^= 0x15;
      StoreImage with = image.with(name, parts.table(Part.BLOCK, 0, forged));
      refused += compact(with, name, "byte " + i) ? 0 : 1;
    }
    assertTrue(refused > block.length / 4, "refused " + refused);
  }

  /** Whether the compaction is done; if not, the failure must name the file. */
  private static boolean compact(StoreImage image, String name, String where) {
    MemoryDisk disk = new MemoryDisk(image.toFileSystem());
    try (Store store = disk.open(TinyOptions.smallest())) {
      store.tree("t").put(new byte[] {'a'}, new byte[1]);
      store.compact();
      assertNull(store.health().failure(), where);
      List<StoreProblem> damage = store.health().damage();
      assertTrue(
          damage.stream().allMatch(problem -> (problem.cause() + "").contains(name)),
          () -> where + ": " + damage);
      return damage.isEmpty();
    } finally {
      disk.assertNothingOpen();
    }
  }

  private static StoreImage store() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(TinyOptions.smallest())) {
      Tree tree = store.tree("t");
      for (int i = 0; i < 8; i++) {
        tree.put(("key" + i * i).getBytes(StandardCharsets.US_ASCII), new byte[i]);
      }
      store.flush();
    }
    return StoreImage.of(disk.files(), MemoryDisk.DIRECTORY);
  }
}
