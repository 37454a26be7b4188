// Package table brings tables to tensors: a CSV file becomes columns of numbers and categories, a [Pipeline] that is
// fitted on the training rows fills what is missing, encodes categories and scales numbers, and the result is a tensor.
//
//	passengers, err := table.ReadFile("titanic.csv", table.ReadOptions{})
//	fmt.Println(passengers.Describe())
//	train, test, err := passengers.Split(table.SplitOptions{Test: 0.25, Seed: 1, Stratify: "Survived"})
//	features := table.NewPipeline(
//		table.Select{Columns: []string{"Age", "Sex"}},
//		table.Impute{Columns: []string{"Age"}, Strategy: table.Median},
//		table.OneHot{Columns: []string{"Sex"}, DropFirst: true},
//		table.StandardScale{Columns: []string{"Age"}},
//	)
//	err = features.Fit(passengers.Rows(train))
//	known, err := features.Transform(passengers.Rows(test))
//	x, err := known.ToTensor(tensor.Float32) // [rows, features], the columns are known.Names()
//
// # Tables
//
// A [Table] is columns of one length, each with a name of its own. A [Column] holds float64 numbers, where NaN is a
// missing value, or categories: a number of 4 bytes a row and each text once. Tables never change: every operation
// returns a new one, which shares the columns that stay as they are. So a table may be read from many goroutines.
//
// Rows are counted from 0; lines of a file, in errors, from 1.
//
// # CSV
//
// The format is RFC 4180 with a header line: values may be in double quotes, and then hold commas, line ends and
// doubled quotes; lines end in LF or CRLF (a CRLF inside quotes becomes LF); a UTF-8 byte order mark is passed over; so
// are empty lines. Values are UTF-8. What counts as missing is [DefaultMissing] or [ReadOptions.Missing], in quotes or
// not. A point divides numbers; whole ones beyond 2^53 are rounded, so identifiers are better read as categories.
//
// A column whose values are all finite decimal numbers holds numbers, any other one categories; [ReadOptions.Kinds] says
// otherwise. A column that has held numbers alone for 65,536 values is one of numbers for good, and a value that is none
// further down is an error: that way a file is read once and its text is not kept. A column without any value holds
// numbers, all missing. A header without rows is a table of no rows.
//
// Errors, with the line: an empty file, a header with an empty name or the same name twice, a row with more or fewer
// values than the header, a stray quote, a value that is not UTF-8 or has a byte 0 (as UTF-16 has), a row of more than 4
// MiB (a quote that is never closed), more than 100,000 columns.
//
// # Errors
//
// Tables come from outside, so what a table lacks (a column, a value, a number where one is needed) is an error, which
// names the column and the row. Only a row that is not there, in [Table.Rows], panics with a *tensor.IndexError.
//
// The definitions are scikit-learn's and pandas', with which the results are compared.
package table
