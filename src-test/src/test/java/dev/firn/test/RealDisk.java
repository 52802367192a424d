package dev.firn.test;

import dev.firn.Store;
import dev.firn.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

public final class RealDisk implements Disk {

  private final Path directory;

  public RealDisk() {
    try {
      directory = Files.createTempDirectory("firn-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path directory() {
    return directory;
  }

  @Override
  public Store open(StoreOptions options) {
    return Store.open(directory, options);
  }

  @Override
  public boolean canCrash() {
    return false;
  }

  @Override
  public Disk afterKill() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Disk afterPowerCut(long seed) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void assertNothingOpen() {
    OpenFiles.assertNoneUnder(directory);
  }

  @Override
  public void close() {
    delete(directory);
  }

  public static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
