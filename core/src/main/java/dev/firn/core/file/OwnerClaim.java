package dev.firn.core.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The line of a lock file that names its owner. It excludes other processes also when the owner has
 * lost its POSIX lock, as a process does when it closes any descriptor of the file.
 *
 * @param pid the owner's process
 * @param start when that process started, in the system's unit; 0 if unknown
 * @param boot the machine's boot in which it runs; 0 if unknown
 * @param file identifies the lock file, because a copy of the folder copies the claim, too
 * @param random differs for every claim
 */
record OwnerClaim(long pid, long start, long boot, String file, long random) {

  private static final Pattern LINE =
      Pattern.compile(
          "open in process (\\d{1,18}), start (\\d{1,18}), boot ([0-9a-f]{1,16}), file (\\S{1,80}),"
              + " claim ([0-9a-f]{1,16})\n");

  /** Index of the start time in what follows the name in {@code /proc/PID/stat}. */
  private static final int START_FIELD = 19;

  /** A claim of this process. */
  static OwnerClaim mine(String file, long boot) {
    long pid = ProcessHandle.current().pid();
    return new OwnerClaim(pid, startOf(pid), boot, file, new SecureRandom().nextLong());
  }

  /** The claim in a lock file's content; null if there is none. */
  static @Nullable OwnerClaim in(String text) {
    Matcher line = LINE.matcher(text);
    return line.find()
        ? new OwnerClaim(
            Long.parseLong(line.group(1)),
            Long.parseLong(line.group(2)),
            Long.parseUnsignedLong(line.group(3), 16),
            line.group(4),
            Long.parseUnsignedLong(line.group(5), 16))
        : null;
  }

  /** The line, as {@link #in} finds it. */
  String line() {
    return "open in process %d, start %d, boot %x, file %s, claim %x\n"
        .formatted(pid, start, boot, file, random);
  }

  /**
   * Whether another process made this claim on this file and lives. What is not known counts as
   * "no": the operating system's lock, which the caller has, is the first evidence.
   */
  boolean isLiveElsewhere(String lockFile, long bootNow) {
    return pid != ProcessHandle.current().pid()
        && boot != 0
        && boot == bootNow
        && file.equals(lockFile)
        && start != 0
        && start == startOf(pid);
  }

  /** When a process started; 0 if it has ended, or this is not known. */
  private static long startOf(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The name, in parentheses, may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].equals("Z") ? 0 : Long.parseLong(fields[START_FIELD]);
    } catch (IOException | RuntimeException e) {
      return ProcessHandle.of(pid)
          .flatMap(process -> process.info().startInstant())
          .map(Instant::toEpochMilli)
          .orElse(0L);
    }
  }
}
