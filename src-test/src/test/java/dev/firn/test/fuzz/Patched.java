package dev.firn.test.fuzz;

import java.nio.ByteBuffer;

/**
 * The bytes of a file with patches that a fuzzer chose.
 *
 * <pre>
 *  patch: u16 place, modulo the file's length
 *         u8  length 1 to 16, and whether it is repeated
 *         the bytes
 * </pre>
 */
final class Patched {

  private Patched() {}

  static byte[] of(byte[] file, ByteBuffer input) {
    byte[] patched = file.clone();
    while (input.remaining() >= 4 && patched.length > 0) {
      int at = (input.getShort() & 0xffff) % patched.length;
      int how = input.get() & 0xff;
      int length = Math.min(1 + (how & 15), Math.min(input.remaining(), patched.length - at));
      input.get(patched, at, length);
      for (int i = at + length; how >= 128 && i < Math.min(patched.length, at + 256); i++) {
        patched[i] = patched[i - length];
      }
    }
    return patched;
  }
}
