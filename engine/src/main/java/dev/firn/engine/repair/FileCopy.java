package dev.firn.engine.repair;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Copies files. */
final class FileCopy {

  private static final long STEP_BYTES = 1 << 20;

  private FileCopy() {}

  /** Copies a file to a new one, which is synced; its name is not. */
  static void copy(FileSystem files, Path source, Path target) {
    try (ReadFile in = files.openRead(source);
        AppendFile out = files.create(target);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(STEP_BYTES);
      for (long at = 0; at < in.size(); ) {
        long step = Math.min(STEP_BYTES, in.size() - at);
        in.read(at, buffer, 0, step);
        out.append(buffer, 0, step);
        at += step;
      }
      out.sync();
    }
  }
}
