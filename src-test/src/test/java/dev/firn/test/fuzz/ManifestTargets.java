package dev.firn.test.fuzz;

import dev.firn.core.file.FileName;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.version.ManifestParts;
import dev.firn.version.ManifestSeal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Manifests and {@code CURRENT}, read without a store. */
final class ManifestTargets {

  private static final long NUMBER = 3;
  private static final long STORE_ID = 5;
  private static final Path FILE = FileName.manifest(MemoryDisk.DIRECTORY, NUMBER);

  private ManifestTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        new FuzzTarget("edit", ManifestTargets::bodies, ManifestTargets::readEdit),
        new FuzzTarget("edits", ManifestTargets::histories, ManifestTargets::readEdits),
        new FuzzTarget("current", ManifestTargets::lines, ManifestTargets::readCurrent),
        new FuzzTarget("manifest", Seeds::patches, ManifestTargets::readPatched));
  }

  private static List<byte[]> manifests() {
    return Seeds.IMAGES.stream().map(image -> image.bytes(name(image))).toList();
  }

  private static String name(StoreImage image) {
    return Seeds.file(image, "manifest", 0);
  }

  private static List<byte[]> bodies() {
    List<byte[]> bodies = new ArrayList<>();
    manifests().forEach(manifest -> bodies.addAll(ManifestParts.bodies(manifest)));
    return bodies;
  }

  /** An edit has one encoding. */
  private static void readEdit(byte[] edit) {
    Limits.attempt(
        () ->
            Limits.check(
                Arrays.equals(edit, ManifestParts.recode(FILE, edit)),
                "an edit that is written in another way"));
  }

  /** Input: the bodies of records, each after its length as u16. */
  private static List<byte[]> histories() {
    List<byte[]> inputs = new ArrayList<>();
    for (byte[] manifest : manifests()) {
      byte[] input = new byte[0];
      for (byte[] body : ManifestParts.bodies(manifest)) {
        byte[] length = {(byte) (body.length >> 8), (byte) body.length};
        input = Inputs.join(input, length, body);
      }
      inputs.add(input);
    }
    return inputs;
  }

  private static void readEdits(byte[] data) {
    List<byte[]> bodies = new ArrayList<>();
    ByteBuffer input = ByteBuffer.wrap(data);
    while (input.remaining() >= Short.BYTES) {
      byte[] body = new byte[Math.min(input.getShort() & 0xffff, input.remaining())];
      input.get(body);
      bodies.add(body);
    }
    read(ManifestParts.manifest(bodies, NUMBER, STORE_ID), NUMBER);
  }

  /** A snapshot of a manifest's final state makes the same state. */
  private static void read(byte[] manifest, long number) {
    Limits.attempt(
        () -> {
          byte[] snapshot = readOnce(manifest, number);
          byte[] again = readOnce(ManifestParts.manifest(List.of(snapshot), NUMBER, 1), NUMBER);
          Limits.check(Arrays.equals(snapshot, again), "a snapshot that makes another state");
        });
  }

  private static byte[] readOnce(byte[] manifest, long number) {
    BytesFiles files = new BytesFiles(manifest);
    try {
      return ManifestParts.snapshot(ManifestParts.read(files, MemoryDisk.DIRECTORY, number));
    } finally {
      files.assertClosed();
    }
  }

  private static List<byte[]> lines() {
    List<byte[]> lines = new ArrayList<>();
    for (StoreImage image : Seeds.IMAGES) {
      String line = new String(image.bytes(FileName.CURRENT), StandardCharsets.ISO_8859_1);
      lines.add(line.getBytes(StandardCharsets.ISO_8859_1));
      String content = line.substring(0, line.indexOf(" crc32c"));
      lines.add(content.getBytes(StandardCharsets.ISO_8859_1));
    }
    return lines;
  }

  /** The line has one encoding; it is tried with a right checksum and as it is. */
  private static void readCurrent(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    Path file = MemoryDisk.DIRECTORY.resolve(FileName.CURRENT);
    for (String line : List.of(text, ManifestParts.currentLine(text))) {
      Limits.attempt(
          () ->
              Limits.check(
                  line.equals(ManifestParts.readCurrent(file, line)),
                  "a line that is written in another way"));
    }
  }

  /** Input: seed, whether to seal, then {@link Patched patches}. */
  private static void readPatched(byte[] data) {
    if (data.length < 2) {
      return;
    }
    ByteBuffer input = ByteBuffer.wrap(data);
    StoreImage image = Seeds.image(input);
    boolean sealed = (input.get() & 1) == 0;
    byte[] file = image.bytes(name(image));
    byte[] patched = Patched.of(file, input);
    long number = FileName.manifestNumber(name(image)).orElseThrow();
    if (sealed) {
      ManifestSeal.seal(patched, number, ManifestSeal.starts(file));
    }
    read(patched, number);
  }
}
