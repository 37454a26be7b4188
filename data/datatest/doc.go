// Package datatest tests anybody's data.Dataset, in the spirit of testing/fstest.
//
// One call in a test of one's own does it:
//
//	if err := datatest.TestDataset(set); err != nil {
//		t.Error(err)
//	}
package datatest
