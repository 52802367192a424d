package dev.firn.test.fuzz;

import dev.firn.core.file.FileName;
import dev.firn.sstable.TableSeal;
import dev.firn.test.StoreImage;
import java.nio.ByteBuffer;

/** Tables with right checksums over wrong bytes. */
final class TableFuzzer {

  private TableFuzzer() {}

  /** Input: store, file and whether to seal it, then {@link Patched patches}. */
  static void fuzz(byte[] data) {
    ByteBuffer input = ByteBuffer.wrap(data);
    if (input.remaining() < 2) {
      return;
    }
    StoreImage image = Seeds.image(input);
    int choice = input.get() & 0xff;
    String name = Seeds.file(image, "table", choice >> 1);
    byte[] file = image.bytes(name);
    long number = FileName.tableNumber(name).orElseThrow();
    byte[] patched = Patched.of(file, input);
    if ((choice & 1) == 0) {
      TableSeal.seal(patched, number, TableSeal.ends(file, number));
    }
    Hostile.use(image.with(name, patched));
  }
}
