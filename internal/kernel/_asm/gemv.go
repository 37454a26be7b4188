package main

func gemv() {}
