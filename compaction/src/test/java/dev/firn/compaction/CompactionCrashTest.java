package dev.firn.compaction;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.version.TestStore;
import dev.firn.version.VersionSetCrashScript;

/** The crash script with tables from flushes and compactions. */
class CompactionCrashTest extends VersionSetCrashScript {

  @Override
  protected TestStore open(MemoryFileSystem files) {
    return new CompactingStore(files);
  }
}
