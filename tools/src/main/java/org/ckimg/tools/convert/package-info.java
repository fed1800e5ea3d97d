/** From one format to another. */
package org.ckimg.tools.convert;
