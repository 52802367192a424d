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
 * The settings of the demonstration.
 *
 * @param cities the file of cities, as NDJSON
 * @param gets count of the random gets that are timed
 * @param writers count of the writing threads of the child
 * @param ingest time until the child is killed
 */
public record DemoSettings(Path cities, int gets, int writers, Duration ingest) {

  private static final Path SHIPPED = Path.of("examples", "cities.ndjson.gz");

  /** The file that ships with the sources, found in a parent of the program or of this folder. */
  public static Optional<Path> shippedCities() {
    List<Path> places = new ArrayList<>();
    try {
      CodeSource source = DemoSettings.class.getProtectionDomain().getCodeSource();
      if (source != null) {
        places.add(Path.of(source.getLocation().toURI()));
      }
    } catch (URISyntaxException e) {
      // Then in a parent of this folder only.
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
