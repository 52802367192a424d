package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;

import dev.firn.core.Checksum;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The file of an open table: positional reads, the mapping, and the checks of sections.
 *
 * <p><b>Threading.</b> Any thread may call. <b>Ownership.</b> Owns the file.
 */
final class TableFile implements AutoCloseable {

  private final ReadFile file;
  private final long number;

  /** First salt of the sections' checksums. */
  private long salt;

  private final ScratchPool scratches;
  private @Nullable MemorySegment map;

  /** Whether the mapping is read at random. Racy on purpose: to say it twice does no harm. */
  private boolean isAtRandom;

  /** The damage of a section. */
  private record Damage(String expected, String found) {}

  /**
   * Sections that were found damaged, by their starts. They stay so, whatever a later read of the
   * device delivers. Null until there is one.
   */
  private volatile @Nullable Map<Long, Damage> damaged;

  private Runnable damageListener = () -> {};

  TableFile(ReadFile file, long number, ScratchPool scratches) {
    this.file = file;
    this.number = number;
    this.salt = number;
    this.scratches = scratches;
  }

  Path path() {
    return file.path();
  }

  long number() {
    return number;
  }

  /** Sets the table's id, as its footer has it: only sections of this very table are intact. */
  void setId(long id) {
    salt = number ^ id;
  }

  long size() {
    return file.size();
  }

  /** Sets what to call when a damaged section is found; called before any section is read. */
  void onDamage(Runnable listener) {
    damageListener = listener;
  }

  /** The whole file, mapped on first use; only checked sections may be read in it. */
  MemorySegment map() {
    MemorySegment mapped = map;
    if (mapped == null) {
      mapped = file.map();
      map = mapped;
    }
    return mapped;
  }

  /** The whole file, if it was mapped. */
  @Nullable MemorySegment mapped() {
    return map;
  }

  /** Says whether the tables have outgrown the page cache: then a fault reads one page. */
  void setOutgrown(boolean outgrown) {
    if (outgrown != isAtRandom) {
      file.readAtRandom(outgrown);
      isAtRandom = outgrown;
    }
  }

  /** Begins to read a section into the page cache. */
  void prefetch(long start, long end) {
    file.prefetch(start, end - start);
  }

  ScratchPool scratches() {
    return scratches;
  }

  /**
   * Asks for what is read next, if the tables have outgrown the page cache: then the read finds its
   * pages, and the kernel guesses nothing. Otherwise it takes neighbouring reads for the beginning
   * of a long scan, and reads as far ahead as it would for that.
   */
  private void ask(long position, long length) {
    if (isAtRandom && length > 0) {
      file.prefetch(position, length);
    }
  }

  /** Copies bytes of the file. */
  void read(long position, MemorySegment target, long offset, long length) {
    file.read(position, target, offset, length);
  }

  /**
   * Checks a section that is not compressed.
   *
   * @throws CorruptionException when the section is not what was written
   */
  void check(long start, long end) {
    ReadScratch scratch = scratches.takeScratch();
    try {
      check(start, end, scratch);
    } finally {
      scratches.giveBack(scratch);
    }
  }

  private void check(long start, long end, ReadScratch scratch) {
    refuseDamaged(start);
    scratch.checksum().start(salt, start);
    long at = start;
    // The last piece holds the whole trailer.
    while (end - at > ReadScratch.STEP_BYTES) {
      int step = ReadScratch.STEP_BYTES - TableFormat.TRAILER_BYTES;
      read(at, scratch.memory(), 0, step);
      scratch.absorb(step);
      at += step;
    }
    finish(start, at, end, Codec.NONE, scratch);
  }

  /**
   * Reads a whole section into a scratch buffer and checks it.
   *
   * @return the length of the section's content
   * @throws CorruptionException when the section is not what was written
   */
  int load(long start, long end, Codec codec, ReadScratch scratch) {
    refuseDamaged(start);
    scratch.checksum().start(salt, start);
    return finish(start, start, end, codec, scratch);
  }

  /**
   * Makes a section available in a read-ahead buffer and checks it. If the section has to be read,
   * adjacent ones are read, too: the following ones, or the preceding ones if the cursor moves
   * backward.
   *
   * @param limit end of the data
   * @return start of the section in the buffer
   * @throws CorruptionException when the section is not what was written
   */
  int load(long start, long end, long limit, Codec codec, ReadAhead ahead) {
    refuseDamaged(start);
    if (!ahead.holds(start, end)) {
      long first = ahead.firstToRead(start, end);
      long length = ahead.lengthToRead(first, start, end, limit);
      ahead.forget();
      ask(first, length);
      read(first, ahead.memory(), 0, length);
      ahead.set(first, length);
      ask(ahead.nextToRead(limit), ahead.nextLength(limit));
    }
    int at = ahead.position(start);
    int trailer = ahead.position(end) - TableFormat.TRAILER_BYTES;
    Checksum checksum = ahead.checksum().start(salt, start);
    checksum.update(
        ahead.buffer().bytes().limit(trailer + TableFormat.TRAILER_CHECKSUM).position(at));
    checkTrailer(start, ahead.memory(), trailer, checksum, codec);
    return at;
  }

  /** Reads and checks the rest of a section; returns its length without the trailer. */
  private int finish(long start, long at, long end, Codec codec, ReadScratch scratch) {
    if (end - at < TableFormat.TRAILER_BYTES) {
      throw corrupt(start, "a section", (end - at) + " bytes");
    }
    int rest = Math.toIntExact(end - at);
    MemorySegment memory = scratch.buffer().ensure(rest, 0);
    ask(at, rest);
    read(at, memory, 0, rest);
    int content = rest - TableFormat.TRAILER_BYTES;
    scratch.absorb(content + TableFormat.TRAILER_CHECKSUM);
    checkTrailer(start, memory, content, scratch.checksum(), codec);
    return content;
  }

  /**
   * Compares the trailer of a section, at {@code trailer} of a copy, with the computed checksum.
   */
  private void checkTrailer(
      long start, MemorySegment copy, long trailer, Checksum checksum, Codec codec) {
    int expected = checksum.value();
    int found = copy.get(U32, trailer + TableFormat.TRAILER_CHECKSUM);
    if (expected != found) {
      throw damaged(start, "checksum " + Integer.toHexString(expected), Integer.toHexString(found));
    }
    int foundCodec = copy.get(ValueLayout.JAVA_BYTE, trailer + TableFormat.TRAILER_CODEC);
    if (foundCodec != codec.code()) {
      throw damaged(start, "codec " + codec.code(), "codec " + foundCodec);
    }
  }

  private CorruptionException damaged(long start, String expected, String found) {
    synchronized (this) {
      Map<Long, Damage> all = damaged == null ? new ConcurrentHashMap<>() : damaged;
      all.put(start, new Damage(expected, found));
      damaged = all;
    }
    damageListener.run();
    return corrupt(start, expected, found);
  }

  private void refuseDamaged(long start) {
    Map<Long, Damage> all = damaged;
    Damage damage = all == null ? null : all.get(start);
    if (damage != null) {
      throw corrupt(start, damage.expected(), damage.found());
    }
  }

  CorruptionException corrupt(long offset, String expected, String found) {
    return new CorruptionException(path(), offset, expected, found);
  }

  /** For a data block whose checksum is right but whose content no writer writes. */
  CorruptionException malformed(long start) {
    return corrupt(start, "a data block", "other bytes with a right checksum");
  }

  @Override
  public void close() {
    file.close();
  }
}
