/** The hot parts alone, by JMH: {@code java -jar bench/target/benchmarks.jar}. */
package org.ckimg.bench;
