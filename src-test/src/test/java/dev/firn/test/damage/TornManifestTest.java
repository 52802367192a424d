package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.core.file.FileName;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import dev.firn.version.ManifestParts;
import dev.firn.version.ManifestSeal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The last edit of a manifest is damaged and the mark after it is lost: the manifest looks torn.
 * The journal segments that the edit made obsolete are gone, which proves that it was acknowledged:
 * the store must refuse to open.
 */
final class TornManifestTest {

  private final StoreImage image = killedAfterFlush();
  private final String name =
      image.names().stream().filter(n -> StoreImage.kind(n).equals("manifest")).findFirst().get();
  private final byte[] manifest = image.bytes(name);

  @Test
  void lastEdit_damagedAfterItsSegmentsWent_isReported() {
    List<Integer> starts = ManifestSeal.starts(manifest);
    int last = starts.size() - 1;
    while (floor(starts.get(last)) == floor(manifest.length)) {
      last--;
    }
    int edit = starts.get(last);
    byte[] damaged = Arrays.copyOf(manifest, starts.get(last + 1));
    damaged[edit + 20] ^= 1;
    StoreImage without = image.with(name, damaged);
    for (String file : image.names()) {
      if (FileName.journalNumber(file).orElse(Long.MAX_VALUE) < floor(manifest.length)) {
        without = without.without(file);
      }
    }
    MemoryDisk disk = new MemoryDisk(without.toFileSystem());
    CorruptionException e =
        assertThrows(CorruptionException.class, () -> disk.open(TinyOptions.smallest()).close());
    assertTrue(e.file().endsWith(name), e.getMessage());
    assertEquals(edit, e.offset());
    assertTrue(e.getMessage().contains(".journal"), e.getMessage());
    disk.assertNothingOpen();
  }

  /** The oldest needed segment according to a prefix of the manifest. */
  private long floor(int bytes) {
    StoreImage cut = image.with(name, Arrays.copyOf(manifest, bytes));
    long number = FileName.manifestNumber(name).orElseThrow();
    return ManifestParts.read(cut.toFileSystem(), MemoryDisk.DIRECTORY, number).journalFloor();
  }

  private static StoreImage killedAfterFlush() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(TinyOptions.smallest())) {
      Tree tree = store.tree("t");
      for (int i = 0; i < 60; i++) {
        tree.put(new byte[] {(byte) i}, new byte[1000]);
      }
      store.flush();
      return StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY);
    }
  }
}
