package dev.firn.test.compare;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/** Charts of rates: SVG, on a logarithmic scale. */
final class Charts {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 400;
  private static final double HEADROOM = 1.3;
  private static final Color GRID = new Color(0xDDDDDD);
  private static final Color TEXT = new Color(0x333333);

  /** Distinguishable in print and to the colour-blind: after Okabe and Ito. */
  private static final List<Color> COLORS =
      List.of(
          new Color(0x0072B2),
          new Color(0x56B4E9),
          new Color(0xD55E00),
          new Color(0xE69F00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0x999999));

  private Charts() {}

  /**
   * A row of rates, one for each category; NaN if missing.
   *
   * @param color index of its color, the same in every chart
   */
  record Series(String name, int color, List<Double> rates) {
    private Color paint() {
      return COLORS.get(color % COLORS.size());
    }
  }

  /** Writes a chart of bars, in groups. */
  static void bars(Path file, String title, List<String> groups, List<Series> series)
      throws IOException {
    CategoryChart chart = chart(title, series);
    for (Series each : series) {
      chart.addSeries(each.name, groups, each.rates).setFillColor(each.paint());
    }
    write(chart, file);
  }

  /** Writes a chart of lines. */
  static void lines(Path file, String title, List<String> sizes, List<Series> series)
      throws IOException {
    CategoryChart chart = chart(title, series);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    chart.getStyler().setOverlapped(true); // above each other, not side by side
    for (Series each : series) {
      CategorySeries line = chart.addSeries(each.name, sizes, each.rates);
      line.setMarker(SeriesMarkers.CIRCLE);
      line.setMarkerColor(each.paint());
      line.setLineColor(each.paint());
      line.setLineStyle(new BasicStroke(2));
    }
    write(chart, file);
  }

  private static CategoryChart chart(String title, List<Series> series) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle("operations in a second")
            .build();
    style(chart.getStyler());
    double[] rates =
        series.stream()
            .flatMapToDouble(each -> each.rates.stream().mapToDouble(Double::doubleValue))
            .filter(rate -> rate > 0)
            .toArray();
    double min = Arrays.stream(rates).min().orElse(1);
    double max = Arrays.stream(rates).max().orElse(1);
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(min / HEADROOM))));
    chart.getStyler().setYAxisMax(max * HEADROOM);
    return chart;
  }

  private static void style(CategoryStyler styler) {
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    styler.setYAxisLogarithmic(true);
    styler.setYAxisDecimalPattern("#,###");
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendFont(font);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(TEXT);
    styler.setChartTitleFont(font.deriveFont(Font.BOLD, 14));
    styler.setAxisTickLabelsFont(font);
    styler.setAxisTitleFont(font);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setXAxisLabelRotation(20);
    styler.setAvailableSpaceFill(0.85);
  }

  private static void write(CategoryChart chart, Path file) throws IOException {
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(newDocument());
    context.setPrecision(1);
    context.setComment("Made by dev/compare");
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
    chart.paint(graphics, WIDTH, HEIGHT);
    try (Writer out = Files.newBufferedWriter(file)) {
      graphics.stream(out, true);
    }
  }

  private static Document newDocument() {
    try {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }
}
