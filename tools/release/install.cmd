@echo off
rem Installs xl-collab from the folder "wheels" beside this file; no network is used.
rem Another place than C:\xl_collab\venv:  install.cmd D:\tools\xl_collab
setlocal
cd /d "%~dp0"
set "TARGET=%~1"
if "%TARGET%"=="" set "TARGET=C:\xl_collab\venv"
set "PYTHON=py -3"
where py >nul 2>nul
if errorlevel 1 set "PYTHON=python"
%PYTHON% -c "import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 14) and sys.maxsize > 2**32))"
if errorlevel 1 goto nopython
%PYTHON% -m venv "%TARGET%"
if errorlevel 1 goto failed
"%TARGET%\Scripts\python.exe" -m pip install --no-index --find-links wheels --upgrade xl-collab
if errorlevel 1 goto failed
"%TARGET%\Scripts\xl-collab.exe" install
if errorlevel 1 goto failed
echo.
echo Done. The command is "%TARGET%\Scripts\xl-collab.exe"
pause
exit /b 0

:nopython
echo 64-bit Python 3.11 to 3.14 is needed: https://www.python.org/downloads/windows/
pause
exit /b 1

:failed
echo Not installed. Please keep what is shown above.
pause
exit /b 1
