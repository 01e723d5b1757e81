@echo off
rem For a double click on Windows: finds Python, runs build.py, keeps the window open to be read.
setlocal
chcp 65001 >nul
set "PYTHON="
call python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PYTHON=python"
call py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PYTHON=py -3"
rem In an active environment its own Python comes first.
if defined VIRTUAL_ENV set "PYTHON=python"
if defined CONDA_PREFIX set "PYTHON=python"
set "CODE=1"
if not defined PYTHON echo planbook needs Python 3.11 or newer: install it, or conda env create -f environment.yml
if not defined PYTHON echo planbook 需要 Python 3.11 或更高版本：请先安装，或运行 conda env create -f environment.yml
if defined PYTHON call %PYTHON% "%~dp0build.py" %*
if defined PYTHON set "CODE=%ERRORLEVEL%"
rem Explorer starts this as: cmd.exe /c ""C:\...\build.cmd" "
echo "%CMDCMDLINE:"=%" | "%SystemRoot%\System32\find.exe" /i "/c" >nul && if "%~1"=="" pause
exit /b %CODE%
