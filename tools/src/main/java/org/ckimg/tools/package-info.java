/** The commands of {@code ckimg}, one class each. */
package org.ckimg.tools;
