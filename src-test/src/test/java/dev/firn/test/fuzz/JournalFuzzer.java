package dev.firn.test.fuzz;

import dev.firn.core.file.FileName;
import dev.firn.test.StoreImage;
import dev.firn.wal.JournalSeal;
import java.nio.ByteBuffer;

/** Journal segments with right checksums over wrong bytes. */
final class JournalFuzzer {

  private JournalFuzzer() {}

  /** Input: store, file and whether to seal it, then {@link Patched patches}. */
  static void fuzz(byte[] data) {
    ByteBuffer input = ByteBuffer.wrap(data);
    if (input.remaining() < 2) {
      return;
    }
    StoreImage image = Seeds.image(input);
    int choice = input.get() & 0xff;
    String name = Seeds.file(image, "journal", choice >> 1);
    byte[] file = image.bytes(name);
    byte[] patched = Patched.of(file, input);
    if ((choice & 1) == 0) {
      JournalSeal.seal(
          patched, FileName.journalNumber(name).orElseThrow(), JournalSeal.starts(file));
    }
    Hostile.use(image.with(name, patched));
  }
}
