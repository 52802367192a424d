package dev.firn.cli.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputTest {

  @Test
  void write_keepsBytesInOrder() {
    Random random = new Random(1);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    ByteArrayOutputStream actual = new ByteArrayOutputStream();
    Output out = new Output(actual);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(i % 20 == 0 ? 200_000 : 3000)];
      random.nextBytes(bytes);
      expected.writeBytes(bytes);
      expected.write(i);
      out.write(bytes);
      out.write(i);
    }
    out.flush();
    assertArrayEquals(expected.toByteArray(), actual.toByteArray());
  }

  @Test
  void flush_readerGone_isNoFailure() {
    Output out = new Output(failing("Broken pipe"));
    out.print("a");
    assertThrows(OutputClosedException.class, out::flush);
  }

  @Test
  void flush_diskFull_isAFailure() {
    Output out = new Output(failing("No space left on device"));
    out.print("a");
    assertThrows(Failure.class, out::flush);
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
