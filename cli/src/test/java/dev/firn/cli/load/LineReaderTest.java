package dev.firn.cli.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  private static final long SEED = Long.getLong("firn.seed", System.nanoTime());

  @Test
  void next_splitsAtLineEnds() throws Exception {
    assertEquals(List.of("a", "", "bc", "\rd"), lines("a\n\nbc\r\n\rd"));
    assertEquals(List.of("a"), lines("a\n"));
    assertEquals(List.of(), lines(""));
    assertEquals(List.of("a", "\uFEFFb"), lines("\uFEFFa\n\uFEFFb"));
  }

  @Test
  void next_longLinesAndShortReads() throws Exception {
    System.out.println("-Dfirn.seed=" + SEED);
    Random random = new Random(SEED);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      expected.add("x".repeat(random.nextInt(random.nextInt(10) == 0 ? 300_000 : 50)));
    }
    expected.add("end");
    byte[] bytes = String.join("\n", expected).getBytes(StandardCharsets.UTF_8);
    InputStream slow =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(50_000)));
          }
        };
    assertEquals(expected, lines(new LineReader(slow, Integer.MAX_VALUE)));
  }

  @Test
  void next_tooLong_goesOnBehindIt() throws Exception {
    String text = "a\n" + "x".repeat(500_000) + "\nb\n" + "y".repeat(100_000);
    LineReader reader = new LineReader(input(text), 90_000);
    reader.next();
    assertThrows(BadLineException.class, reader::next);
    assertEquals(2, reader.line());
    reader.next();
    assertEquals("b", text(reader));
    assertEquals(3, reader.line());
    assertThrows(BadLineException.class, reader::next);
    assertEquals(false, reader.next());
  }

  private static List<String> lines(String text) throws Exception {
    return lines(new LineReader(input(text), 1 << 20));
  }

  private static List<String> lines(LineReader reader) throws IOException, BadLineException {
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      lines.add(text(reader));
      assertEquals(lines.size(), reader.line());
    }
    return lines;
  }

  private static String text(LineReader reader) {
    return new String(reader.bytes(), StandardCharsets.UTF_8);
  }

  private static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
