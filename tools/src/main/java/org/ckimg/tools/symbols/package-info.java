/** Names of functions and variables, from the symbol tables of what a program had mapped. */
package org.ckimg.tools.symbols;
