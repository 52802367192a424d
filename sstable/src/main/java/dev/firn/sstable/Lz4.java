package dev.firn.sstable;

import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * LZ4 in plain Java. Source and target are direct buffers over anonymous memory: with direct
 * buffers the library is twice as fast as with arrays, and in mapped memory a page that the device
 * cannot read would end the JVM.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class Lz4 {

  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.safeInstance().safeDecompressor();

  private Lz4() {}

  /** Max compressed length of {@code length} bytes. */
  static int maxCompressedBytes(int length) {
    return COMPRESSOR.maxCompressedLength(length);
  }

  /** Compresses the first bytes of a buffer to the start of another; returns the new length. */
  static int compress(ByteBuffer source, int length, ByteBuffer target) {
    return COMPRESSOR.compress(source, 0, length, target, 0, target.capacity());
  }

  /**
   * Decompresses to the start of a buffer.
   *
   * @return whether the bytes were LZ4 of exactly {@code targetLength} bytes
   */
  static boolean decompress(
      ByteBuffer source, int offset, int length, ByteBuffer target, int targetLength) {
    try {
      return DECOMPRESSOR.decompress(source, offset, length, target, 0, targetLength)
          == targetLength;
    } catch (LZ4Exception | IndexOutOfBoundsException e) {
      return false;
    }
  }
}
