package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.SequenceNumber;
import dev.firn.error.CorruptionException;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.TreeCreated;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VersionEditCodecTest {

  private static final Path FILE = Path.of("edit");

  @Test
  void decode_whatWasEncoded() {
    for (int round = 0; round < 500; round++) {
      VersionEdit edit = new RandomEdits(Seeds.random(round)).edit();
      assertEquals(edit, decode(encode(edit)));
    }
  }

  /** Every truncation and every flipped bit is another edit or a CorruptionException. */
  @Test
  void decode_damaged() {
    for (int round = 0; round < 60; round++) {
      byte[] bytes = encode(new RandomEdits(Seeds.random(round)).edit());
      for (int length = 0; length < bytes.length; length++) {
        decodeAnything(Arrays.copyOf(bytes, length));
      }
      for (int bit = 0; bit < 8 * bytes.length; bit++) {
        byte[] damaged = bytes.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        decodeAnything(damaged);
      }
    }
  }

  private static void decodeAnything(byte[] bytes) {
    try {
      VersionEdit edit = decode(bytes);
      assertEquals(edit, decode(encode(edit)));
    } catch (CorruptionException e) {
      assertTrue(e.offset() >= 100 && e.offset() <= 100 + bytes.length, e.getMessage());
    }
  }

  @Test
  void decode_hugeLength() {
    byte[] bytes = {6, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f, 'a'};
    assertThrows(CorruptionException.class, () -> decode(bytes));
  }

  /** A larger sequence is refused: the store could run out of sequences after it. */
  @Test
  void decode_hugeSequence() {
    VersionEdit largest = VersionEdit.of(new LastSequence(SequenceNumber.MAX_STORED));
    assertEquals(largest, decode(encode(largest)));
    byte[] larger = encode(VersionEdit.of(new LastSequence(SequenceNumber.MAX_STORED + 1)));
    assertThrows(CorruptionException.class, () -> decode(larger));
  }

  @Test
  void treeName_limits() {
    assertEquals(255, TreeCatalogue.encodeName("n".repeat(255)).length);
    assertThrows(IllegalArgumentException.class, () -> TreeCatalogue.encodeName("n".repeat(256)));
    assertThrows(
        IllegalArgumentException.class, () -> TreeCatalogue.encodeName("\u20ac".repeat(86)));
    assertThrows(IllegalArgumentException.class, () -> TreeCatalogue.encodeName(""));
    assertThrows(IllegalArgumentException.class, () -> TreeCatalogue.encodeName("\ud800"));
    VersionEdit edit = VersionEdit.of(new TreeCreated(1, "\u20ac".repeat(85)));
    assertEquals(edit, decode(encode(edit)));
  }

  private static byte[] encode(VersionEdit edit) {
    ByteSink sink = new ByteSink();
    VersionEditCodec.encode(edit, sink);
    return sink.memory().asSlice(0, sink.size()).toArray(ValueLayout.JAVA_BYTE);
  }

  private static VersionEdit decode(byte[] bytes) {
    return VersionEditCodec.decode(FILE, 100, MemorySegment.ofArray(bytes), 0, bytes.length);
  }
}
