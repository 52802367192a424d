package dev.firn.cli.demo;

import dev.firn.Store;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.Quantity;
import dev.firn.cli.console.TemporaryFolder;
import java.io.IOException;

/** The demonstration. Throws {@link dev.firn.cli.console.Failure} when a check fails. */
public final class Demo {

  private final Console console;
  private final DemoSettings settings;

  /** A demonstration. */
  public Demo(Console console, DemoSettings settings) {
    this.console = console;
    this.settings = settings;
  }

  /** Runs it, with its stores in a folder. */
  public void run(TemporaryFolder folder) throws IOException, InterruptedException {
    long began = System.nanoTime();
    Story story = new Story(console.out());
    console.out().line("Firn demo, in %s", folder.path());
    console.out().line("Cities of the world from GeoNames (www.geonames.org), CC BY 4.0.");
    try (Store store = Store.open(folder.path().resolve("world"))) {
      new CityTour(console, settings, store, story).run();
    }
    new CrashTest(settings, folder.path().resolve("readings"), story).run();
    story.chapter("All is well, after " + Quantity.nanos(System.nanoTime() - began) + ".");
  }
}
