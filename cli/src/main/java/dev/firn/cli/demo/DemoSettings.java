package dev.firn.cli.demo;

import dev.firn.cli.console.LocalFiles;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the demonstration works with.
 *
 * @param cities the file of cities, as NDJSON
 * @param gets how many random gets are timed
 * @param writers how many threads of the child write
 * @param ingest how long the child writes before it is killed
 */
public record DemoSettings(Path cities, int gets, int writers, Duration ingest) {

  private static final Path SHIPPED = Path.of("examples", "cities.ndjson.gz");

  /** The file that ships with the sources: from the program's own place upwards, or from here. */
  public static Optional<Path> shippedCities() {
    List<Path> places = new ArrayList<>();
    try {
      CodeSource source = DemoSettings.class.getProtectionDomain().getCodeSource();
      if (source != null) {
        places.add(Path.of(source.getLocation().toURI()));
      }
    } catch (URISyntaxException e) {
      // Then from here only.
    }
    Path here = Path.of("").toAbsolutePath();
    places.add(here);
    for (Path place : places) {
      for (Path folder = place; folder != null; folder = folder.getParent()) {
        if (LocalFiles.exists(folder.resolve(SHIPPED))) {
          Path file = folder.resolve(SHIPPED);
          return Optional.of(file.startsWith(here) ? here.relativize(file) : file);
        }
      }
    }
    return Optional.empty();
  }
}
