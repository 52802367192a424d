/**
 * Results of the comparison, and the page that is made of them. Knows workloads and stores by their
 * labels only. Start at {@link dev.firn.test.compare.report.Comparison}.
 */
@NullMarked
package dev.firn.test.compare.report;

import org.jspecify.annotations.NullMarked;
