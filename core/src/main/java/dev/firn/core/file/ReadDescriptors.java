package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.RefCounted;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The descriptors of files that are open for reading, of all stores of the process. The operating
 * system allows a process few of them, and a store may have more files: beyond a bound, descriptors
 * that were not used lately are closed. Their files are opened again when they are read. CLOCK
 * chooses them, as in the block cache.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class ReadDescriptors {

  /** This part of the process's descriptors is for reading; the rest is for all else. */
  private static final int SHARE = 4;

  private static final int MIN = 8;
  private static final int MAX = 16_384;

  /** The bound where the limit is not known. */
  private static final int UNKNOWN = 256;

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES =
      Pattern.compile("^Max open files +(\\d{1,18}|unlimited) .*", Pattern.MULTILINE);

  /** Those of this process. */
  static final ReadDescriptors OF_PROCESS = new ReadDescriptors(bound(readLimits()));

  private final int bound;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<Descriptor> open = new ArrayList<>();

  @GuardedBy("lock")
  private int hand;

  /**
   * @param bound descriptor count that is exceeded only while all are in use
   */
  ReadDescriptors(int bound) {
    this.bound = bound;
  }

  private static String readLimits() {
    try {
      return Files.readString(LIMITS);
    } catch (IOException e) {
      return ""; // not Linux, or hidden
    }
  }

  /** The bound under the limits of a process, as {@code /proc/self/limits} has them. */
  static int bound(String limits) {
    Matcher line = OPEN_FILES.matcher(limits);
    if (!line.find()) {
      return UNKNOWN;
    }
    String files = line.group(1);
    return files.equals("unlimited")
        ? MAX
        : Math.clamp(Long.parseLong(files) / SHARE, MIN, MAX);
  }

  /** An open file. Its readers hold references, and so does the set of all while it has it. */
  static final class Descriptor extends RefCounted {

    private final UninterruptibleFile file;

    /** The index in the set, or -1; guarded by the set's lock. */
    private int place = -1;

    /** CLOCK's used bit. Racy on purpose: a lost update may close the file a round early. */
    private boolean used = true;

    private Descriptor(UninterruptibleFile file) {
      this.file = file;
    }

    UninterruptibleFile file() {
      return file;
    }

    /** Adds a reference for a reader, or returns false if the file was closed. */
    boolean tryUse() {
      if (!used) {
        used = true;
      }
      return tryAcquire();
    }

    @Override
    protected void free() {
      try {
        file.close();
      } catch (IOException e) {
        // It was open for reading: nothing is lost, and there is nothing to try again.
      }
    }
  }

  /** Opens a file; the result has a reference for the caller. */
  Descriptor open(Path path, Set<? extends OpenOption> options) throws IOException {
    synchronized (lock) {
      closeDownTo(bound - 1);
    }
    UninterruptibleFile file = retrying(() -> UninterruptibleFile.open(path, options));
    boolean added = false;
    try {
      Descriptor opened = new Descriptor(file);
      opened.acquire();
      synchronized (lock) {
        opened.place = open.size();
        open.add(opened);
      }
      added = true;
      return opened;
    } finally {
      if (!added) {
        file.close();
      }
    }
  }

  /** Opens something. */
  interface Opener<T> {
    T open() throws IOException;
  }

  /** Opens something; if the process has too many open files, closes those of this set first. */
  <T> T retrying(Opener<T> opener) throws IOException {
    try {
      return opener.open();
    } catch (FileSystemException e) {
      if (!isTooMany(e)) {
        throw e;
      }
      synchronized (lock) {
        closeDownTo(0);
      }
      return opener.open();
    }
  }

  private static boolean isTooMany(FileSystemException e) {
    String reason = String.valueOf(e.getReason()).toLowerCase(Locale.ROOT);
    return reason.contains("too many open files");
  }

  /** Removes a file that is being closed. No effect if it was removed before. */
  void close(Descriptor descriptor) {
    synchronized (lock) {
      if (descriptor.place >= 0) {
        remove(descriptor.place);
      }
    }
  }

  /** Count of open descriptors. */
  int count() {
    synchronized (lock) {
      return open.size();
    }
  }

  @GuardedBy("lock")
  private void closeDownTo(int count) {
    // Two rounds: the first may only clear the used bit of each.
    for (int steps = 2 * open.size(); open.size() > count && steps > 0; steps--) {
      hand = hand < open.size() ? hand : 0;
      Descriptor candidate = open.get(hand);
      if (candidate.used || candidate.references() > 1) {
        candidate.used = false;
        hand++;
      } else {
        remove(hand);
      }
    }
  }

  @GuardedBy("lock")
  private void remove(int place) {
    Descriptor removed = open.get(place);
    Descriptor last = open.getLast();
    last.place = place;
    open.set(place, last);
    removed.place = -1;
    open.removeLast();
    removed.release();
  }
}
