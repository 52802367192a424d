package dev.firn.test.fuzz;

import dev.firn.core.file.FileName;
import dev.firn.test.StoreImage;
import dev.firn.version.ManifestSeal;
import java.nio.ByteBuffer;

/** Manifests and their edits with right checksums over wrong bytes; CURRENT and LOCK too. */
final class ManifestFuzzer {

  private ManifestFuzzer() {}

  /** Input: store, file and whether to seal it, then {@link Patched patches}. */
  static void fuzz(byte[] data) {
    ByteBuffer input = ByteBuffer.wrap(data);
    if (input.remaining() < 2) {
      return;
    }
    StoreImage image = Seeds.image(input);
    int choice = input.get() & 0xff;
    if (choice >= 224) {
      String name = choice % 2 == 0 ? FileName.CURRENT : FileName.LOCK;
      Hostile.use(image.with(name, Patched.of(image.bytes(name), input)));
      return;
    }
    String name = Seeds.file(image, "manifest", 0);
    byte[] file = image.bytes(name);
    byte[] patched = Patched.of(file, input);
    if ((choice & 1) == 0) {
      ManifestSeal.seal(
          patched, FileName.manifestNumber(name).orElseThrow(), ManifestSeal.starts(file));
    }
    Hostile.use(image.with(name, patched));
  }
}
