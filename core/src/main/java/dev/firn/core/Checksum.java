package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * CRC32C (Castagnoli) over memory, salted and masked.
 *
 * <p>The salt follows from the place of the bytes, such as file number and offset: misplaced bytes
 * and stale bytes of an earlier life of the file do not match. The mask keeps a checksum that is
 * stored among checksummed bytes from cancelling out, and makes the checksum of no bytes nonzero.
 *
 * <p>Only for anonymous memory: the CRC intrinsic ends the JVM at a mapped page that the device
 * cannot deliver, where a plain copy throws. Copy first.
 *
 * <p><b>Threading.</b> An instance belongs to one thread.
 */
public final class Checksum {

  /** Max length of memory that {@link MemorySegment#asByteBuffer} takes. */
  public static final long MAX_VIEW_BYTES = Integer.MAX_VALUE - 8;

  private static final int MASK_DELTA = 0x5ca1ab1e;
  private static final long MAX_STEP = 1L << 30;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer salt = ByteBuffer.allocate(2 * Long.BYTES);

  private MemorySegment viewed = MemorySegment.NULL;
  private ByteBuffer view = MemorySegment.NULL.asByteBuffer();

  /** A checksum, to be reused. */
  public Checksum() {}

  /** Starts over with a salt. */
  public Checksum start(long saltA, long saltB) {
    crc.reset();
    salt.clear();
    salt.putLong(saltA).putLong(saltB).flip();
    crc.update(salt);
    return this;
  }

  /** Adds bytes of anonymous memory. */
  public Checksum update(MemorySegment segment, long offset, long length) {
    Objects.checkFromIndexSize(offset, length, segment.byteSize());
    if (segment.byteSize() <= MAX_VIEW_BYTES) {
      crc.update(view(segment).limit((int) (offset + length)).position((int) offset));
      return this;
    }
    for (long done = 0; done < length; ) {
      long step = Math.min(length - done, MAX_STEP);
      crc.update(segment.asSlice(offset + done, step).asByteBuffer());
      done += step;
    }
    return this;
  }

  /** The segment as a buffer, which is kept: most callers use the same segment again. */
  // Identity: a segment that is equal may have another length, or be freed.
  @SuppressWarnings({"MemorySegmentReferenceEquality", "ReferenceEquality"})
  private ByteBuffer view(MemorySegment segment) {
    if (viewed != segment) {
      view = segment.asByteBuffer();
      viewed = segment;
    }
    return view;
  }

  /** Adds the bytes between the buffer's position and its limit, and moves the position there. */
  public Checksum update(ByteBuffer buffer) {
    crc.update(buffer);
    return this;
  }

  /** The masked checksum of what was added since {@link #start}. */
  public int value() {
    int value = (int) crc.getValue();
    return Integer.rotateRight(value, 15) + MASK_DELTA;
  }
}
