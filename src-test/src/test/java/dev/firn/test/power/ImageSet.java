package dev.firn.test.power;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** The fingerprints of checked images, kept in a file so that no image is counted twice. */
final class ImageSet {

  private final Path file;
  private final Set<Long> known = new HashSet<>();
  private final Set<Long> fresh = new HashSet<>();

  ImageSet(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      LongBuffer numbers = ByteBuffer.wrap(Files.readAllBytes(file)).asLongBuffer();
      while (numbers.hasRemaining()) {
        known.add(numbers.get());
      }
    }
  }

  boolean add(long fingerprint) {
    return known.add(fingerprint) && fresh.add(fingerprint);
  }

  void save() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(fresh.size() * Long.BYTES);
    fresh.forEach(bytes::putLong);
    Files.write(file, bytes.array(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    fresh.clear();
  }
}
